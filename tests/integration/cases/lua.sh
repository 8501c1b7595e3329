# shellcheck shell=bash
# needs: lua5.4

cat >work.lua <<'END'
local seed = 1
local function rnd(n)
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed % n
end
local t = {}
for i = 1, 400000 do
    local k = "k" .. rnd(20000)
    if t[k] and rnd(2) == 0 then t[k] = nil
    else t[k] = { i, string.rep("x", rnd(60)), sub = { i } } end
end
local n, len = 0, 0
for _, v in pairs(t) do n = n + 1; len = len + #v[2] + v.sub[1] end
print(n, len)
local parts = {}
for i = 1, 50000 do parts[#parts + 1] = tostring(i * 3) end
local s = table.concat(parts, ",")
print(#s, select(2, s:gsub("9", "nine")))
table.sort(parts)
print(parts[1], parts[#parts])
local co = coroutine.wrap(function() for i = 1, 1000 do
    coroutine.yield(string.rep("c", i)) end end)
local sum = 0
for _ = 1, 1000 do sum = sum + #co() end
print(sum, pcall(error, { code = 1 }))
collectgarbage()
print(collectgarbage("count") > 0)
END
lua5.4 work.lua | sed 's/table: 0x.*/table/'
