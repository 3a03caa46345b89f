-- For wrk: reads one user again and again; the headers are those of rehome. The path is an argument.
local path = ""
local number = 0

init = function(args)
  path = args[1]
end

request = function()
  number = number + 1
  wrk.headers["X-Request-ID"] = "20260101-000000-wrkr.1-" .. number
  return wrk.format("GET", path)
end

-- One line of JSON behind the summary.
done = function(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read
  io.write(string.format('\n{"requests":%d,"seconds":%.6f,"bad":%d}\n',
    summary.requests, summary.duration / 1e6, bad))
end
