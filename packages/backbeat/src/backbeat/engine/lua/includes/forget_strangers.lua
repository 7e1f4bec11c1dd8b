--- forget_strangers: delete what is known about workers that are not registered any more.
---
--- @key workers       hash
--- @key worker_info   hash
--- @key lease_lengths hash

local function forget_strangers()
  local numbers = call('HKEYS', worker_info)
  for i = 1, #numbers do
    if call('HEXISTS', workers, numbers[i]) == 0 then
      call('HDEL', worker_info, numbers[i])
      call('HDEL', lease_lengths, numbers[i])
    end
  end
end
