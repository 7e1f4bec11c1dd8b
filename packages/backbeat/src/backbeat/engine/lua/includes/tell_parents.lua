--- tell_parents: tell those who wait for these jobs, and their flows, how they ended.
---
--- @when queue.dependents and #ids > 0
--- @dynamic dependents hash id -> who is told of its end: kind|queue|id|epoch, by ','
--- @include rows_of send drop_from

-- Before `end_jobs`, which forgets what is not kept. Kind `c` is a parent, `n` the record of the
-- flow, `u` a parent that undoes its children. Told once: the note goes with its telling.
local function tell_parents(queue, mail, state, ids, told)
  local dependents = prefix .. 'dependents'
  local notes, found, data = rows_of(dependents, ids), {}, {}
  for i = 1, #ids do
    found[#found + 1] = notes[ids[i]] and ids[i]
  end
  for i = 1, #found > 0 and #told or 0, 2 do
    data[told[i]] = told[i + 1]
  end
  for _, id in ipairs(found) do
    for kind, to, parent, epoch in string.gmatch(notes[id], '(%a)|([^|,]*)|([^|,]*)|(%d+)') do
      local said = mail.own .. '!' .. id .. '|' .. state .. '|' .. epoch
      if kind == 'c' then
        send(queue, mail, to, 'ended', parent, said, data[id] or '')
      else
        send(queue, mail, to, kind == 'n' and 'reported' or 'undone', parent, said, '')
      end
    end
  end
  drop_from(queue, dependents, 'dependents', found)
end
