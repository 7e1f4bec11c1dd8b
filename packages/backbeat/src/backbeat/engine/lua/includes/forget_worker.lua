--- forget_worker: end the registration of a worker that holds no job any more.
---
--- @key workers       hash
--- @key worker_info   hash
--- @key leases        zset
--- @key lease_lengths hash
--- @field timekeeper worker:until:next
--- @field next       earliest due ms
--- @dynamic mailbox:<worker> list, commands for one worker
--- @include clear_field wake_worker

local function forget_worker(queue, worker)
  call('HDEL', workers, worker)
  call('HDEL', worker_info, worker)
  call('ZREM', leases, worker)
  call('HDEL', lease_lengths, worker)
  call('UNLINK', prefix .. 'mailbox:' .. worker)
  if tonumber(string.match(queue.timekeeper or '', '^%d+')) == worker then
    clear_field(queue, 'timekeeper')
    if queue.next then
      wake_worker()
    end
  end
end
