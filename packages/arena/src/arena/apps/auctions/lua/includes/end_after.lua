--- end_after: where the end is after a bid that everyone sees.

local function end_after(auction, now_ms)
  local end_ms, left_ms = auction.end_at_ms, auction.end_at_ms - now_ms
  local late = left_ms > 0 and left_ms <= auction.window_ms
  if auction.mode == 'none' or not late or auction.extensions == auction.max_extensions then
    return end_ms
  end
  local wanted_ms = (auction.mode == 'append' and end_ms or now_ms) + auction.extend_ms
  if auction.hard_end_ms then
    wanted_ms = math.min(wanted_ms, auction.hard_end_ms)
  end
  return math.max(end_ms, wanted_ms)
end
