-- for wrk: the pages in turn, and an end after a fixed number of answers, so
-- that each allocator does the same work
local paths = { "/small.html", "/page.html", "/large.html", "/parts.shtml" }
local wanted, sent, answered

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
  if status ~= 200 or answered >= wanted then
    wrk.thread:stop()
  end
end

function done(summary)
  local e = summary.errors
  if summary.requests < wanted or e.status + e.timeout > 0 then
    io.stderr:write("requests.lua: not all requests were answered\n")
    os.exit(1)
  end
end
