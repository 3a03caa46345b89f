-- For wrk: creates users with e-mails that are all different; the headers are those of rehome.
local number = 0
local prefix = tostring(os.time())

request = function()
  number = number + 1
  local id = prefix .. "-" .. number
  wrk.headers["X-Request-ID"] = "20260101-000000-wrkw.1-" .. number
  wrk.headers["Idempotency-Key"] = string.format("00000000-0000-4000-8000-%012d", number)
  local body = '{"email":"ada.lovelace.' .. id .. '@bench.example.com","first_name":"Ada",'
    .. '"last_name":"Lovelace","email_verified":true,"external_id":"wrk-' .. id .. '"}'
  return wrk.format("POST", "/user_management/users", nil, body)
end

-- One line of JSON behind the summary.
done = function(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read
  io.write(string.format('\n{"requests":%d,"seconds":%.6f,"bad":%d}\n',
    summary.requests, summary.duration / 1e6, bad))
end
