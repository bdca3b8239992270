-- Take one call's place in all buckets of the routing value and of the method, or in none.
-- KEYS: app scope, its calls in flight, method scope, its calls in flight
-- ARGV: permit id, share of each bucket open to this lane, then the settings
-- Answers {1, 0, 0}, or {0, milliseconds to wait at least, 1 if nobody knows how much longer}.

local settings = {
  lost_after = tonumber(ARGV[3]), probe_after = tonumber(ARGV[4]), slack = tonumber(ARGV[5]), drift = tonumber(ARGV[6]),
}
local id, share = ARGV[1], tonumber(ARGV[2])
local now = clock()

-- The client asks again when the connection broke before it read the answer.
if redis.call('ZSCORE', KEYS[4], id) then return { 1, 0, 0 } end

-- Seconds to wait, and whether that is all that is known.
local function wait_for(scope)
  if now < scope.blocked then return scope.blocked - now, false end
  if #scope.windows == 0 then -- limits unknown: one call at a time finds out
    local newest = redis.call('ZREVRANGE', scope.flight_key, 0, 0, 'WITHSCORES')[2]
    return 0, newest ~= nil and tonumber(newest) ~= nil and now - tonumber(newest) < settings.probe_after
  end
  local wait, unknown = 0, false
  for _, window in ipairs(scope.windows) do
    if window.used >= math.max(1, math.floor(window.calls * share)) then
      local ends = end_of(scope, window, settings)
      if ends then wait = math.max(wait, ends - now) else unknown = true end
    end
  end
  return wait, unknown
end

local scopes = { load_scope(KEYS[1], KEYS[2]), load_scope(KEYS[3], KEYS[4]) }
local wait, unknown = 0, false
for _, scope in ipairs(scopes) do
  give_up_lost(scope, now, settings)
  roll(scope, now, settings)
  local scope_wait, scope_unknown = wait_for(scope)
  wait, unknown = math.max(wait, scope_wait), unknown or scope_unknown
end

local granted = wait <= 0 and not unknown
for _, scope in ipairs(scopes) do
  if granted then
    redis.call('ZADD', scope.flight_key, string.format('%.6f', now), id)
    for _, window in ipairs(scope.windows) do
      window.used = window.used + 1
      if window.opened == 0 then window.opened = now end
    end
  end
  save_scope(scope)
end
if granted then return { 1, 0, 0 } end
return { 0, math.ceil(wait * 1000), unknown and 1 or 0 }
