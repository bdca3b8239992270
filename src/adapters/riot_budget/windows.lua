-- Riot's fixed windows as seen from outside. Loaded in front of exchange.lua and allowance.lua.
--
-- A window of Riot's opens when its first call arrives there. We only know when calls were let go and when their
-- answers came; arrival lies between. So per bucket (a limit of `calls` in `length` seconds) we keep
--   used     calls that may count in Riot's window, those on their way included
--   granted  how many of these were let go since this window of ours began: they count in it, or in a later one
--   late     calls answered so late that they may count in Riot's next window
--   opened   Riot's window did not open before this (0: no call yet)
--   begun    about when it did open (0: no answer has told yet)
--   rolled   when this window of ours began: calls let go since then cannot count in Riot's previous one
--   ends     Riot's window is over by then: first answer of a call let go since `rolled` + length + slack
--            (0: no such answer yet)
--   last     when the latest call ended
--   top      the highest count heard in it, at `top_at`, of a call let go at `top_go`: one let go later that counts much
--            lower is in Riot's next window already
-- When a window of ours ends, calls on their way and late ones carry over into the next. All times are seconds of
-- Redis's clock; a scope is a routing value (`app`) or one method on it. A scope also keeps
--   blocked, strikes           until when a 429 blocks it, and how many followed each other
--   failures, broken, trips    calls without a proper answer in a row, until when nobody is let through because of
--                              them (the circuit is open), and how often that happened in a row
--   landed                     how many calls have ended

local FIELDS = { 'used', 'granted', 'late', 'opened', 'begun', 'rolled', 'ends', 'last', 'top', 'top_at', 'top_go' }
local NUMBERS = { 'blocked', 'strikes', 'failures', 'broken', 'trips', 'landed' }
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

local function load_scope(key)
  local scope = { key = key, flight_key = key .. ':flight', limits = '', windows = {} }
  local raw = redis.call('HGETALL', key)
  local stored = {}
  for i = 1, #raw, 2 do stored[raw[i]] = raw[i + 1] end
  scope.limits = stored.limits or ''
  local numbers = string.gmatch(stored.numbers or '', '%S+')
  for _, name in ipairs(NUMBERS) do scope[name] = tonumber(numbers() or '0') end
  for calls, length in each_limit(scope.limits) do
    local window = { calls = tonumber(calls), length = tonumber(length) }
    local values = string.gmatch(stored['window:' .. length] or '', '%S+')
    for _, field in ipairs(FIELDS) do window[field] = tonumber(values() or '0') end
    table.insert(scope.windows, window)
  end
  scope.flying = redis.call('ZCARD', scope.flight_key)
  return scope
end

local function written(record, names)
  local values = {}
  for _, name in ipairs(names) do table.insert(values, string.format('%.6f', record[name])) end
  return table.concat(values, ' ')
end

local function save_scope(scope)
  local longest = 0
  local entries = { 'limits', scope.limits, 'numbers', written(scope, NUMBERS) }
  for _, window in ipairs(scope.windows) do
    table.insert(entries, 'window:' .. window.length)
    table.insert(entries, written(window, FIELDS))
    longest = math.max(longest, window.length)
  end
  redis.call('HSET', scope.key, unpack(entries))
  redis.call('EXPIRE', scope.key, 2 * longest + REMEMBER)
  redis.call('EXPIRE', scope.flight_key, 2 * longest + REMEMBER)
end

-- A call has ended at `ended`, with or without an answer.
local function land(scope, ended)
  scope.flying = scope.flying - 1
  scope.landed = scope.landed + 1
  for _, window in ipairs(scope.windows) do
    window.last = math.max(window.last, ended)
    if ended >= window.opened + window.length then window.late = window.late + 1 end
  end
end

-- Calls whose end was never reported (their process died) end when nobody can be waiting for them any more.
local function give_up_lost(scope, now, settings)
  if scope.flying == 0 then return end
  local before = string.format('%.6f', now - settings.lost_after)
  local lost = redis.call('ZRANGEBYSCORE', scope.flight_key, '-inf', before, 'WITHSCORES')
  for i = 1, #lost, 2 do
    redis.call('ZREM', scope.flight_key, lost[i])
    land(scope, tonumber(lost[i + 1]) + settings.lost_after)
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
      local carried = all_over and 0 or window.late
      window.used, window.granted = carried + scope.flying, 0
      local closed = math.max(window.opened + window.length, window.top_go, now - window.length)
      window.opened = window.used > 0 and closed or 0
      window.last = carried > 0 and window.last or 0
      window.rolled, window.begun, window.ends, window.late = now, 0, 0, 0
      window.top, window.top_at, window.top_go = 0, 0, 0
    end
  end
end

-- Seconds until the window is over, more or less: good enough for giving it out, not for calling again.
local function time_left(window, now)
  if window.opened == 0 then return window.length end
  local began = window.begun > 0 and window.begun or math.max(window.opened, window.rolled)
  return math.max(0, math.min(window.length, began + window.length - now))
end

-- What background calls leave free of a window when `left` seconds of it are to come: most of it at first, then less
-- and less along a straight line, so that they spread over the window and people always find room. Late in the
-- window the rest is lent to them, but for what people may want until the next one is known to have begun.
local function kept_free(window, left, settings)
  local floor = math.max(1, math.ceil(settings.reserve_rate * window.calls / window.length))
  local for_one = left > settings.lend_last and settings.keep_for_one or 0
  return math.max(floor, for_one, settings.spread * window.calls * left / window.length)
end

-- How many more calls the window has room for now. The smallest buckets are open to everybody.
local function room_in(window, is_background, now, settings)
  local open = window.calls
  if is_background then
    local left = time_left(window, now)
    open = math.max(1, math.floor(window.calls - kept_free(window, left, settings) + 0.000001))
  end
  return open - window.used
end

-- Seconds until a window without room has room for one call; nil if nobody can say yet.
local function wait_in(scope, window, is_background, now, settings)
  local ends = end_of(scope, window, settings)
  if is_background and window.used < window.calls then
    local free = window.calls - window.used - 1 -- that much is left free then
    local floor = math.max(1, math.ceil(settings.reserve_rate * window.calls / window.length))
    if free >= floor then
      local left = time_left(window, now)
      local due = free * window.length / (settings.spread * window.calls) -- seconds left when the line is there
      if free < settings.keep_for_one then due = math.min(due, settings.lend_last) end
      return math.max(0.001, left - due)
    end
  end
  return ends and ends - now
end
