-- for wrk: the pages in turn, and an end after a fixed number of answers, so
-- that each allocator does the same work.  wrk itself only knows an end after
-- a fixed time.
local paths = { "/small.html", "/page.html", "/large.html", "/parts.shtml" }
local wanted, sent, answered

local function fail(why)
  io.stderr:write("requests.lua: ", why, "\n")
  os.exit(1)
end

function init(args)
  wanted, sent, answered = tonumber(args[1]), 0, 0
end

function request()
  sent = sent + 1
  return wrk.format("GET", paths[sent % #paths + 1],
                    { ["Accept-Encoding"] = "gzip" })
end

function response(status)
  answered = answered + 1
  if status ~= 200 then
    fail("answer " .. status)
  elseif answered == wanted then
    os.exit(0)
  end
end

function done()
  fail("too few answers in time")
end
