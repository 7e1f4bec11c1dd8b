--- is_given_up: whether a hold was given up, so that a late call for it has to be refused.
---
--- @dynamic gone:<token> string, ten minutes
--- @field gone_until ms until which there may be such holds

local function is_given_up(permit, now_ms, token)
  return (tonumber(permit.gone_until) or 0) > now_ms
    and call('EXISTS', prefix .. 'gone:' .. token) == 1
end
