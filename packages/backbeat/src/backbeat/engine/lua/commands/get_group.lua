--- get_group: what is known of one group, also of one that has neither jobs nor rules.
---
--- @arg at_ms int the time, 0 for the server's
--- @arg group str its name
--- @return name, active, waiting, held by, own rules, rules
--- @include read_queue group_lines group_row

local queue = read_queue()
return {group_row(queue, group, group_lines(queue, {group})[group])}
