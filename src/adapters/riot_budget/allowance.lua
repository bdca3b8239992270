-- What the limits leave of the windows under way. Changes nothing.
-- KEYS: the app scope, then method scopes. ARGV: the settings in JSON.
-- Answers JSON: per scope [seconds it is blocked, then calls, length, used, seconds left of each window].

local settings = cjson.decode(ARGV[1])
local now = clock()
local answers = {}
for _, key in ipairs(KEYS) do
  local scope = load_scope(key)
  roll(scope, now, settings)
  local numbers = { math.max(0, scope.blocked - now) }
  for _, window in ipairs(scope.windows) do
    table.insert(numbers, window.calls)
    table.insert(numbers, window.length)
    table.insert(numbers, window.used)
    table.insert(numbers, time_left(window, now))
  end
  table.insert(answers, numbers)
end
return cjson.encode(answers)
