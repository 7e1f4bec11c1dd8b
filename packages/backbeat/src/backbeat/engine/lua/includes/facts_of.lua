--- facts_of: where one job is, and what is kept of it, looked up in every table.
---
--- @key jobs       hash
--- @key active     zset
--- @key completed  zset
--- @key failed     zset
--- @key cancelled  zset
--- @key delayed    zset
--- @key draining   zset
--- @key priority   zset
--- @key waiting    list
--- @key front      list
--- @key gone       hash
--- @key results    hash
--- @key runs       hash
--- @key history    hash
--- @key progress   hash
--- @key cancels    hash
--- @key watchers   hash
--- @key kept_sizes hash
--- @key expiring   zset
--- @dynamic waiting_children zset id -> ms, since when it waits
--- @dynamic starts hash id -> ms
--- @dynamic dead   zset id -> slot * 2^42 + end ms
--- @dynamic group:<name>     zset id -> rank
--- @include group_in

-- No hint is believed here. `group` is the line in which the job was met, or ''. `assumed` is how
-- many entries it has in the lists; below 0 they are searched from end to end.
local function facts_of(id, group, assumed)
  local record = call('HGET', jobs, id)
  local job = {id = id, record = record, places = {}, beside = {}, entries = assumed}
  local function look(name, key)
    if call('ZSCORE', key, id) then
      table.insert(job.places, name)
    end
  end
  local function lies(name, key)
    if call('HEXISTS', key, id) == 1 then
      job.beside[name] = true
    end
  end
  -- In this order one of them is believed, if there are several.
  look('active', active)
  look('completed', completed)
  look('failed', failed)
  look('cancelled', cancelled)
  look('waiting-children', prefix .. 'waiting_children')
  look('delayed', delayed)
  look('draining', draining)
  local own = record and group_in(record) or ''
  for _, name in ipairs(group ~= own and {own, group} or {own}) do
    if name ~= '' then
      look('group:' .. name, prefix .. 'group:' .. name)
    end
  end
  look('priority', priority)
  job.group = own
  lies('results', results)
  lies('runs', runs)
  lies('history', history)
  lies('progress', progress)
  lies('cancels', cancels)
  lies('watchers', watchers)
  lies('kept_sizes', kept_sizes)
  lies('starts', prefix .. 'starts')
  job.beside.dead = call('ZSCORE', prefix .. 'dead', id) or nil
  job.beside.expiring = call('ZSCORE', expiring, id) or nil
  if assumed < 0 then
    job.entries = #call('LPOS', waiting, id, 'COUNT', 0) + #call('LPOS', front, id, 'COUNT', 0)
  end
  local buried = tonumber(call('HGET', gone, id)) or 0
  job.missing = math.max(buried - job.entries, 0)
  job.entries = math.max(job.entries - buried, 0)
  return job
end
