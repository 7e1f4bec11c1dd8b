--- learn_rules: note the rules by which the workers call, for people.
---
--- @key meta hash
--- @field rules rate:min_calls:window_ms:open_ms:probes
--- @include whole

local function learn_rules(breaker, given)
  for i = 1, #given do
    given[i] = whole(given[i])
  end
  local text = table.concat(given, ':')
  if breaker.rules ~= text then
    breaker.rules = text
    call('HSET', meta, 'rules', text)
  end
end
