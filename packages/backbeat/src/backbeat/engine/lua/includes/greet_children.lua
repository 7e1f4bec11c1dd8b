--- greet_children: let a new parent wait for its children, and for those that asked before it came.
---
--- @dynamic children:<id>      hash ref -> position|rule|state|epoch|name
--- @dynamic child_results:<id> hash position -> ref|name|state|result
--- @include link_child

-- Answers the letter of a rule, where a child has ended badly already.
local function greet_children(parent, id, kids)
  local children, bad = prefix .. 'children:' .. id, nil
  local asked = call('HGETALL', children)
  for ref, name, rule in string.gmatch(kids, '([^|,]*)|([^|,]*)|([^|,]*)') do
    local _, letter = link_child(parent, id, ref, name, rule)
    bad = bad or letter
  end
  for i = 1, #asked, 2 do
    local rule, name = string.match(asked[i + 1], '^0|([^|]+)|%a+|%d+|(.*)$')
    if rule then
      local _, letter = link_child(parent, id, asked[i], name, rule)
      bad = bad or letter
    end
  end
  if #asked > 0 then
    call('PERSIST', children)
    call('PERSIST', prefix .. 'child_results:' .. id)
  end
  return bad
end
