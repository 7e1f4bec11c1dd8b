--- send: leave a message for a queue: this one reads it in the same script, another gets it posted.
---
--- @include post

local function send(queue, mail, target, kind, id, args, data)
  if target == mail.own then
    mail[#mail + 1] = {kind, id, args, data}
  else
    post(queue, mail, target, kind, id, args, data)
  end
end
