-- A call has ended: free what it held, learn limits, raise counts, obey a 429.
-- KEYS: app scope, its calls in flight, method scope, its calls in flight
-- ARGV: permit id, status (0: no answer), limits and counts of app, limits and counts of method (as Riot writes
--       them), which scope a 429 blocks ('app', 'method' or ''), seconds it asks for (-1: it does not say),
--       jitter (0 to 1), longest backoff, slack, drift

local id, status = ARGV[1], tonumber(ARGV[2])
local headers = { { ARGV[3], ARGV[4] }, { ARGV[5], ARGV[6] } }
local blocks, pause, jitter, longest_backoff = ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10])
local settings = { slack = tonumber(ARGV[11]), drift = tonumber(ARGV[12]) }
local now = clock()

local function window_of(scope, length)
  for _, window in ipairs(scope.windows) do
    if window.length == length then return window end
  end
end

-- The first answer that names a bucket. Other calls may be on their way, and who else has used the key is unknown.
local function open_window(calls, length, count, others, let_go)
  local started_it = count == 1 and let_go
  return {
    calls = calls, length = length, used = math.max(count, 1 + others), carry = 0, late = 0, last = now,
    opened = started_it and let_go or now - length, rolled = let_go or now,
    ends = now + length + slack(length, settings),
  }
end

-- An answer that names a bucket we know.
local function update_window(window, calls, count, let_go)
  window.calls = calls
  local sure = let_go and let_go >= window.rolled -- the call counts in this window of Riot's or a later one
  if sure or not let_go then window.used = math.max(window.used, count) end
  if not sure then return end
  if count > 0 then
    -- Only count - 1 calls came before it, so no more of the carried ones can count here.
    local excess = math.max(0, window.carry - (count - 1))
    window.used, window.carry = window.used - excess, window.carry - excess
  end
  if window.ends == 0 then
    if count == 1 then window.opened = math.max(window.opened, let_go) end
    window.ends = now + window.length + slack(window.length, settings)
  end
end

local function learn(scope, limits, counts, let_go)
  local count_of = {}
  for count, length in each_limit(counts) do count_of[length] = tonumber(count) end
  local windows, texts = {}, {}
  for calls, text in each_limit(limits) do
    local length, count = tonumber(text), count_of[text] or 0
    if length > 0 then
      local window = window_of(scope, length)
      if window then
        update_window(window, tonumber(calls), count, let_go)
      else
        window = open_window(tonumber(calls), length, count, scope.flying, let_go)
      end
      table.insert(windows, window)
      table.insert(texts, calls .. ':' .. length)
    end
  end
  if #windows > 0 then scope.windows, scope.limits = windows, table.concat(texts, ',') end
end

local function block(scope)
  if pause < 0 then pause = math.min(longest_backoff, 2 ^ scope.strikes) * (1 + jitter) / 2 end
  scope.blocked = math.max(scope.blocked, now + pause + settings.slack)
  scope.strikes = math.min(scope.strikes + 1, 10)
end

for i, name in ipairs({ 'app', 'method' }) do
  local scope = load_scope(KEYS[2 * i - 1], KEYS[2 * i])
  local let_go = tonumber(redis.call('ZSCORE', scope.flight_key, id))
  if let_go then
    redis.call('ZREM', scope.flight_key, id)
    land(scope, now)
  end
  learn(scope, headers[i][1], headers[i][2], let_go)
  if status == 429 then
    if blocks == name then block(scope) end
  elseif status > 0 then
    scope.strikes = 0
  end
  save_scope(scope)
end
return 1
