-- One exchange of a process with the budget of a routing value: how calls ended, then which calls may be made.
-- KEYS: the epoch of the routing value, its app scope, then one scope per method the message speaks of.
-- ARGV: a message and the settings in JSON (see messages.py and tuning.py).
-- Answers JSON: {"epoch": ..., "asks": [granted, ms to wait, 1 if it may be longer, 1 if the circuit is open,
--                landed of app, landed of method, ... six numbers per ask]}

local message, settings = cjson.decode(ARGV[1]), cjson.decode(ARGV[2])
local now = clock()

redis.call('SET', KEYS[1], message.epoch, 'NX')
redis.call('EXPIRE', KEYS[1], REMEMBER)
local epoch = redis.call('GET', KEYS[1])
-- Who meets another epoch than before knows that Redis was emptied, and next tells what is on its way (`flying`) and
-- what Riot has said last (`heard`). Until all have, nobody is let through.
local was_emptied = message.known ~= '' and message.known ~= epoch

local scopes = {}
for i = 2, #KEYS do scopes[i - 1] = load_scope(KEYS[i]) end
local app = scopes[1]
for _, scope in ipairs(scopes) do
  give_up_lost(scope, now, settings)
  roll(scope, now, settings)
end

-- Calls on their way of which an emptied Redis knows nothing.
local function take_in(scope, id, age)
  if redis.call('ZADD', scope.flight_key, 'NX', string.format('%.6f', now - age), id) == 0 then return end
  scope.flying = scope.flying + 1
  for _, window in ipairs(scope.windows) do window.used = window.used + 1 end
end

-- A call that was let go and not made after all.
local function take_back(scope, id)
  local let_go = tonumber(redis.call('ZSCORE', scope.flight_key, id))
  if not let_go then return end
  redis.call('ZREM', scope.flight_key, id)
  scope.flying = scope.flying - 1
  for _, window in ipairs(scope.windows) do
    window.used = math.max(0, window.used - 1)
    if let_go >= window.rolled then window.granted = math.max(0, window.granted - 1) end
    if window.used == 0 and window.ends == 0 then window.opened = 0 end -- as if nobody had called
  end
end

local function window_of(scope, length)
  for _, window in ipairs(scope.windows) do
    if window.length == length then return window end
  end
end

-- The first answer that names a bucket. Other calls may be on their way, and who else has used the key is unknown.
local function open_window(calls, length, count, others, let_go, ended)
  local started_it = count == 1 and let_go
  return {
    calls = calls, length = length, used = math.max(count, 1) + others, granted = 1, late = 0, last = ended,
    opened = started_it and let_go or ended - length, begun = started_it and let_go or ended,
    rolled = let_go or ended, ends = ended + length + slack(length, settings),
    top = let_go and count or 0, top_at = ended, top_go = let_go or 0,
  }
end

-- Riot's next window has begun, sooner than we could be sure by our own times: `count` calls are in it, and at most
-- those that have ended since this one was let go or are on their way.
local function begin_next(window, count, let_go, ended, flying, since)
  window.opened = math.max(window.opened + window.length, window.top_go, count == 1 and let_go or 0)
  window.used, window.granted, window.late = count + flying + since, 0, 0
  window.rolled, window.begun = ended, let_go
  window.ends = ended + window.length + slack(window.length, settings)
  window.top, window.top_at, window.top_go = count, ended, let_go
end

-- An answer that names a bucket we know. `since`: how many calls ended since this one was let go.
local function update_window(window, calls, count, let_go, ended, flying, since)
  window.calls = calls
  if since and count > 0 and let_go > window.top_at and 2 * count <= window.top then
    return begin_next(window, count, let_go, ended, flying, since)
  end
  local sure = let_go and let_go >= window.rolled -- the call counts in this window of Riot's or a later one
  if sure or not let_go then window.used = math.max(window.used, count) end
  if not sure then return end
  if count > window.top then window.top, window.top_at, window.top_go = count, ended, let_go end
  if count > 0 and since then
    -- Counted are `count` calls; those that arrived after this one are on their way yet or have ended meanwhile.
    window.used = math.max(window.granted, math.min(window.used, count + flying + since))
  end
  -- The first call of the window, or of the one after, whose answer came before it was known that this one is over.
  if count == 1 and (window.ends == 0 or ended < window.opened + window.length) then
    window.opened = math.max(window.opened, let_go)
  end
  if window.ends == 0 then
    window.begun = let_go -- it arrived soon after, and hardly any call before it
    window.ends = ended + window.length + slack(window.length, settings)
  end
end

-- What a process heard from Riot before Redis was emptied: calls, length, count, and how long ago. Which window of
-- Riot's that was in is not known for sure: of what several processes tell, the most cautious counts.
local function recall(scope, heard)
  local texts = {}
  for _, one in ipairs(heard) do
    local calls, length, count, heard_at = one[1], one[2], one[3], now - one[4]
    local ends = heard_at + length + slack(length, settings)
    local window = window_of(scope, length)
    if not window then
      window = { calls = calls, length = length, used = scope.flying, granted = 0, late = 0, last = heard_at,
        opened = scope.flying > 0 and now - length or 0, begun = 0, rolled = now, ends = 0,
        top = 0, top_at = 0, top_go = 0 }
      table.insert(scope.windows, window)
    end
    if now < ends then
      window.used = math.max(window.used, count + scope.flying)
      window.ends = math.max(window.ends, ends)
      window.opened, window.begun = heard_at - length, heard_at
    end
  end
  for _, window in ipairs(scope.windows) do table.insert(texts, window.calls .. ':' .. window.length) end
  scope.limits = table.concat(texts, ',')
end

local function learn(scope, limits, counts, let_go, ended, since)
  local count_of = {}
  for count, length in each_limit(counts) do count_of[length] = tonumber(count) end
  local windows, texts = {}, {}
  for calls, text in each_limit(limits) do
    local length, count = tonumber(text), count_of[text] or 0
    if length > 0 then
      local window = window_of(scope, length)
      if window then
        update_window(window, tonumber(calls), count, let_go, ended, scope.flying, since)
      else
        window = open_window(tonumber(calls), length, count, scope.flying, let_go, ended)
      end
      table.insert(windows, window)
      table.insert(texts, calls .. ':' .. length)
    end
  end
  if #windows > 0 then scope.windows, scope.limits = windows, table.concat(texts, ',') end
end

local function block(scope, pause, jitter)
  if pause < 0 then pause = math.min(settings.longest_backoff, 2 ^ scope.strikes) * (1 + jitter) / 2 end
  scope.blocked = math.max(scope.blocked, now + pause + settings.slack)
  scope.strikes = math.min(scope.strikes + 1, 10)
end

-- Enough calls in a row without a proper answer: let nobody through for a while, longer each time.
local function note_answer(scope, is_proper)
  if is_proper then
    scope.failures, scope.broken, scope.trips = 0, 0, 0
    return
  end
  scope.failures = scope.failures + 1
  if scope.failures < settings.trip_after or now < scope.broken then return end
  scope.broken = now + math.min(settings.longest_break, settings.first_break * 2 ^ scope.trips)
  scope.trips = math.min(scope.trips + 1, 10)
end

local function take_report(report)
  local ended = now - report.age
  local method = scopes[report.method + 1]
  for i, scope in ipairs({ app, method }) do
    local told = report.scopes[i]
    local let_go = tonumber(redis.call('ZSCORE', scope.flight_key, report.id))
    if let_go then
      redis.call('ZREM', scope.flight_key, report.id)
      land(scope, ended)
    else
      scope.landed = scope.landed + 1
    end
    local since = told.landed and math.max(0, scope.landed - told.landed - 1)
    learn(scope, told.limits, told.counts, let_go, ended, let_go and since)
    if report.status == 429 then
      if report.blocks == i then block(scope, report.pause, report.jitter) end
    elseif report.status > 0 then
      scope.strikes = 0
    end
  end
  if report.status >= 0 and report.status ~= 429 then note_answer(method, report.status > 0 and report.status < 500) end
end

-- How many of the calls may be made now; seconds to wait for the next; whether nobody knows how much longer.
local function look(scope, wanted, is_background)
  if now < scope.blocked then return 0, scope.blocked - now, false end
  if #scope.windows == 0 then -- limits unknown: one call at a time finds out
    local newest = redis.call('ZREVRANGE', scope.flight_key, 0, 0, 'WITHSCORES')[2]
    if newest and now - tonumber(newest) < settings.probe_after then return 0, 0, true end
    return 1, 0, true
  end
  local room, wait, unknown = wanted, 0, false
  for _, window in ipairs(scope.windows) do
    local here = room_in(window, is_background, now, settings)
    room = math.min(room, math.max(0, here))
    if here <= 0 then
      local seconds = wait_in(scope, window, is_background, now, settings)
      if seconds then wait = math.max(wait, seconds) else unknown = true end
    end
  end
  return room, wait, unknown
end

-- The circuit: seconds until one call may try whether the method answers again; nil if it is closed.
local function closed_for(scope)
  if scope.failures < settings.trip_after then return nil end
  if now < scope.broken then return scope.broken - now end
  local newest = tonumber(redis.call('ZREVRANGE', scope.flight_key, 0, 0, 'WITHSCORES')[2] or '0')
  if newest >= scope.broken and now - newest < settings.lost_after then return settings.first_break end
  return 0
end

local function grant(ids, first, count)
  if count == 0 then return end
  for _, scope in ipairs(scopes) do
    if scope.wanted then
      local entries = {}
      for i = first, first + count - 1 do
        table.insert(entries, string.format('%.6f', now))
        table.insert(entries, ids[i])
      end
      redis.call('ZADD', scope.flight_key, unpack(entries))
      scope.flying = scope.flying + count
      for _, window in ipairs(scope.windows) do
        window.used, window.granted = window.used + count, window.granted + count
        if window.opened == 0 then window.opened = now end
      end
    end
  end
end

local function answer(ask)
  local method = scopes[ask.method + 1]
  -- The client asks again when the connection broke before it read the answer.
  local had = 0
  while had < #ask.ids and redis.call('ZSCORE', method.flight_key, ask.ids[had + 1]) do had = had + 1 end
  local wanted = #ask.ids - had
  if wanted == 0 then return had, 0, false, false end
  local pause = closed_for(method)
  if pause then
    if pause > 0 then return had, pause, false, true end
    wanted = 1
  end
  local app_room, app_wait, app_unknown = look(app, wanted, ask.background)
  local room, wait, unknown = look(method, wanted, ask.background)
  local granted = math.min(app_room, room)
  app.wanted, method.wanted = true, true
  grant(ask.ids, had + 1, granted)
  app.wanted, method.wanted = nil, nil
  return had + granted, math.max(app_wait, wait), app_unknown or unknown, false
end

if was_emptied then app.blocked = math.max(app.blocked, now + settings.settle) end
for _, flight in ipairs(message.flying) do
  take_in(app, flight.id, flight.age)
  take_in(scopes[flight.method + 1], flight.id, flight.age)
end
for _, heard in ipairs(message.heard) do
  recall(app, heard.scopes[1])
  recall(scopes[heard.method + 1], heard.scopes[2])
end
for _, report in ipairs(message.reports) do take_report(report) end
for _, unused in ipairs(message.unused) do
  take_back(app, unused.id)
  take_back(scopes[unused.method + 1], unused.id)
end
local answers = {}
for _, ask in ipairs(message.asks) do
  local granted, wait, unknown, broken = answer(ask)
  table.insert(answers, granted)
  table.insert(answers, math.ceil(wait * 1000))
  table.insert(answers, unknown and 1 or 0)
  table.insert(answers, broken and 1 or 0)
  table.insert(answers, app.landed)
  table.insert(answers, scopes[ask.method + 1].landed)
end
for _, scope in ipairs(scopes) do save_scope(scope) end
return cjson.encode({ epoch = epoch, asks = answers })
