--- meet_twins: which new jobs of an add come under a unique key that another job holds.
---
--- @lazy few adds have a unique key
--- @key active  zset
--- @key delayed zset
--- @include head_of moment unique_rule unique_holder

-- Reads only. Answers `twins`, index -> holder's id; `holds`, key -> who is to hold it; `later`,
-- index of a job that waits for the holder's end; `changes`, {id, record, due or nil} for holders
-- that take over what the newcomer brings. Indexes count from 0 over both parts of the add.
local function meet_twins(now_ms, special, base, known)
  local met, fresh = {twins = {}, holds = {}, later = {}, changes = {}}, {}
  for i = 1, special.count do
    local row, index = special.at + 4 * i - 4, base + i - 1
    local id, record = ARGV[row + 1], ARGV[row + 2]
    local _, _, _, _, _, field = head_of(record)
    local mode, ms, key = unique_rule(field)
    if mode and not known[index] then
      local holder = met.holds[key] or unique_holder(now_ms, key)
      local runs = holder and call('ZSCORE', active, holder.id)
      local follows = mode == 'l' and runs and string.find('el', holder.mode, 1, true)
      local waits = follows and (fresh[holder.following]
        or call('ZSCORE', delayed, holder.following))
      if not holder then
        local since = mode == 't' and now_ms + ms or now_ms
        met.holds[key] = {id = id, ms = since, mode = mode, following = ''}
      elseif follows and not waits then
        holder.following, fresh[id] = id, true
        met.holds[key] = holder
        met.later[index] = true
      else
        local twin = follows and holder.following or holder.id
        met.twins[index] = twin
        local due
        if mode == 'd' then
          due = moment(now_ms, tonumber(ARGV[row + 3]))
          due = ms > 0 and math.min(due, holder.ms + ms) or due
        end
        if (mode == 'l' or mode == 'd') and (follows or not runs) then
          table.insert(met.changes, {id = twin, record = record, due = due})
        end
      end
    end
  end
  return met
end
