-- tables of tables, short strings and closures that come and go
local rounds = tonumber(arg[1])
local state = 1

local function random(n)
  state = (state * 1103515245 + 12345) % 2147483648
  return state // 1024 % n + 1
end

local live = {}
local total = 0
for i = 1, rounds do
  local t = { id = i, name = "item " .. random(50000), tags = {} }
  for k = 1, random(6) do
    t.tags[k] = t.name:sub(1, k) .. k
  end
  t.size = function() return #t.tags end
  local old = live[random(20000)]
  if old then
    total = total + old.size() + #old.name
  end
  live[random(20000)] = t
end
print(total)
