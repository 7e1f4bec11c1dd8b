--- weigh: count what the store holds of jobs that are kept from now on.
---
--- @when queue.keep_bytes
--- @key meta       hash
--- @key jobs       hash
--- @key results    hash
--- @key history    hash
--- @key progress   hash
--- @key kept_sizes hash
--- @dynamic log:<id>           list, lines of one job
--- @dynamic child_results:<id> hash position -> ref|name|state|result
--- @include parent_of sampled

-- Record, result, attempts, progress, log lines, and what children gave. Places, counters and links
-- are left out: some hundred bytes a job, which the number of kept jobs bounds.
local function weigh(queue, ids)
  local sum = 0
  for _, id in ipairs(ids) do
    local size = call('HSTRLEN', jobs, id) + call('HSTRLEN', results, id)
    size = size + (queue.history and call('HSTRLEN', history, id) or 0)
    size = size + (queue.progress and call('HSTRLEN', progress, id) or 0)
    if queue.logs then
      local log = prefix .. 'log:' .. id
      size = size + sampled(call('LLEN', log), function(at)
        return #(call('LINDEX', log, at - 1) or '')
      end)
    end
    local parent = queue.flows and parent_of(id)
    if parent then
      local given = prefix .. 'child_results:' .. id
      size = size + sampled(parent.all, function(at)
        return call('HSTRLEN', given, at)
      end)
    end
    call('HSET', kept_sizes, id, size)
    sum = sum + size
  end
  call('HINCRBY', meta, 'kept_bytes', sum)
end
