--- meet_twins: which new jobs of an add come under a unique key that another job holds.
---
--- @key active  zset
--- @key delayed zset
--- @include head_of moment unique_rule unique_holder

-- Reads only. Answers `twins`, index -> holder's id; `holds`, key -> who is to hold it; `later`,
-- index of a job that waits for the holder's end; `changes`, {id, record, due or nil} for holders
-- that take over what the newcomer brings. Indexes count from 0 over both parts of the add.
local function meet_twins(now_ms, special, base, known)
  local met = {twins = {}, holds = {}, later = {}, changes = {}, count = 0}
  for i = 1, special.count do
    local row, index = special.at + 4 * i - 4, base + i - 1
    local id, record = ARGV[row + 1], ARGV[row + 2]
    local _, _, _, _, _, field = head_of(record)
    local mode, ms, key = unique_rule(field)
    if mode and not known[index] then
      local holder = met.holds[key] or unique_holder(now_ms, key)
      local runs = holder and call('ZSCORE', active, holder.id)
      if not holder then
        local since = mode == 't' and now_ms + ms or now_ms
        met.holds[key] = {id = id, ms = since, mode = mode, following = ''}
      elseif mode == 'l' and runs and not call('ZSCORE', delayed, holder.following) then
        holder.following = id
        met.holds[key] = holder
        met.later[index] = true
      else
        local twin = mode == 'l' and runs and holder.following or holder.id
        met.twins[index] = twin
        met.count = met.count + 1
        local due
        if mode == 'd' then
          due = moment(now_ms, tonumber(ARGV[row + 3]))
          due = ms > 0 and math.min(due, holder.ms + ms) or due
        end
        if (mode == 'l' or mode == 'd') and (twin ~= holder.id or not runs) then
          table.insert(met.changes, {id = twin, record = record, due = due})
        end
      end
    end
  end
  return met
end
