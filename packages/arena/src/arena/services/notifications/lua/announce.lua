--- announce: let every process that serves pages hear of a notification, once.
---
--- @key news stream what pages are told: user, event
--- @dynamic told:<key> string that it is in the stream; for an hour
--- @arg key   str the same in every attempt
--- @arg user  str whose pages
--- @arg event str JSON
--- @return 1, or 0 where it was announced before

-- A worker may die between this and saying so. An hour is longer than all attempts take.
if not call('SET', prefix .. 'told:' .. key, 1, 'NX', 'PX', 3600000) then
  return 0
end
call('XADD', news, '*', 'user', user, 'event', event)
-- Those who follow the stream have a minute to do so.
local old = (call('TIME')[1] - 60) * 1000
call('XTRIM', news, 'MINID', '~', string.format('%.0f', old))
return 1
