--- group_in: the group in the head of a record, nil for none; `head_of` for those who need no more.

local function group_in(record)
  return record and string.match(record, '^x%d+;[^;\n]*;[^;\n]*;([^;\n]+)')
end
