-- Riot's fixed windows as seen from outside. Loaded in front of acquire.lua and report.lua.
--
-- A window of Riot's opens when its first call arrives there. We only know when calls were let go and when their
-- answers came; arrival lies between. So per bucket (a limit of `calls` in `length` seconds) we keep
--   used    calls that may count in Riot's window, those on their way included
--   carry   how many of these were answered before this window of ours began
--   late    calls answered so late that they may count in Riot's next window
--   opened  Riot's window did not open before this (0: no call yet)
--   rolled  when this window of ours began: calls let go since then cannot count in Riot's previous one
--   ends    Riot's window is over by then: first answer of a call let go since `rolled` + length + slack
--           (0: no such answer yet)
--   last    when the latest call ended
-- When a window of ours ends, calls on their way and late ones carry over into the next. All times are seconds of
-- Redis's clock; a scope is a routing value (`app`) or one method on it.

local FIELDS = { 'used', 'carry', 'late', 'opened', 'rolled', 'ends', 'last' }
local REMEMBER = 3600 -- seconds that learned limits outlive their windows

local function clock()
  local time = redis.call('TIME')
  return tonumber(time[1]) + tonumber(time[2]) / 1000000
end

local function slack(length, settings)
  return settings.slack + length * settings.drift
end

local function each_limit(text)
  return string.gmatch(text, '(%d+):(%d+)')
end

local function load_scope(key, flight_key)
  local scope = { key = key, flight_key = flight_key, limits = '', blocked = 0, strikes = 0, windows = {} }
  local raw = redis.call('HGETALL', key)
  local stored = {}
  for i = 1, #raw, 2 do stored[raw[i]] = raw[i + 1] end
  scope.limits = stored.limits or ''
  scope.blocked = tonumber(stored.blocked or '0')
  scope.strikes = tonumber(stored.strikes or '0')
  for calls, length in each_limit(scope.limits) do
    local window = { calls = tonumber(calls), length = tonumber(length) }
    local values = string.gmatch(stored['window:' .. length] or '', '%S+')
    for _, field in ipairs(FIELDS) do window[field] = tonumber(values() or '0') end
    table.insert(scope.windows, window)
  end
  scope.flying = redis.call('ZCARD', flight_key)
  return scope
end

local function save_scope(scope)
  local longest = 0
  local entries = { 'limits', scope.limits, 'blocked', string.format('%.6f', scope.blocked), 'strikes', scope.strikes }
  for _, window in ipairs(scope.windows) do
    local values = {}
    for _, field in ipairs(FIELDS) do table.insert(values, string.format('%.6f', window[field])) end
    table.insert(entries, 'window:' .. window.length)
    table.insert(entries, table.concat(values, ' '))
    longest = math.max(longest, window.length)
  end
  redis.call('HSET', scope.key, unpack(entries))
  redis.call('EXPIRE', scope.key, 2 * longest + REMEMBER)
  redis.call('EXPIRE', scope.flight_key, 2 * longest + REMEMBER)
end

-- A call has ended, with or without an answer.
local function land(scope, now)
  scope.flying = scope.flying - 1
  for _, window in ipairs(scope.windows) do
    window.last = now
    if now >= window.opened + window.length then window.late = window.late + 1 end
  end
end

-- Calls whose end was never reported (their process died) end when nobody can be waiting for them any more.
local function give_up_lost(scope, now, settings)
  local lost = redis.call('ZRANGEBYSCORE', scope.flight_key, '-inf', string.format('%.6f', now - settings.lost_after))
  for _, id in ipairs(lost) do
    redis.call('ZREM', scope.flight_key, id)
    land(scope, now)
  end
end

-- When the window is over, if that is known. Without a sure answer it is when the last call that may belong to it
-- has ended and its length has passed.
local function end_of(scope, window, settings)
  if window.ends > 0 then return window.ends end
  if scope.flying > 0 or window.last == 0 then return nil end
  return window.last + window.length + slack(window.length, settings)
end

local function roll(scope, now, settings)
  for _, window in ipairs(scope.windows) do
    local ends = end_of(scope, window, settings)
    if ends and now >= ends then
      local all_over = now >= window.last + window.length + slack(window.length, settings)
      window.carry = all_over and 0 or window.late
      window.used = window.carry + scope.flying
      window.opened = window.used > 0 and math.max(window.opened + window.length, now - window.length) or 0
      window.last = window.carry > 0 and window.last or 0
      window.rolled, window.ends, window.late = now, 0, 0
    end
  end
end
