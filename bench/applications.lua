-- GET or PATCH of many applications in turn, for as long as wrk runs; one JSON line at the end says how it went.
-- LOAD_METHOD, LOAD_TOKEN, LOAD_CLIENTS (a file of client ids, one a line), LOAD_RUN (what tells this run's changes
-- from those of others). Without LOAD_CLIENTS: GET /.
local method, run = os.getenv("LOAD_METHOD"), os.getenv("LOAD_RUN")
local paths, sent = {}, 0
local headers = {}

function init()
  local file = os.getenv("LOAD_CLIENTS")
  if not file then return end
  for client_id in io.lines(file) do table.insert(paths, "/api/applications/" .. client_id) end
  headers["Authorization"] = "Bearer " .. os.getenv("LOAD_TOKEN")
  if method == "PATCH" then headers["Content-Type"] = "application/json" end
end

function request()
  if #paths == 0 then return wrk.format("GET", "/") end
  sent = sent + 1
  local body = method == "PATCH" and string.format('{"description": "Change %d of %s"}', sent, run) or nil
  return wrk.format(method, paths[sent % #paths + 1], headers, body)
end

function done(summary, latency)
  local errors = summary.errors
  print(string.format(
    '{"answered":%d,"refused":%d,"broken":%d,"seconds":%.6f,"p50":%d,"p99":%d}',
    summary.requests, errors.status, errors.connect + errors.read + errors.write + errors.timeout,
    summary.duration / 1e6, latency:percentile(50), latency:percentile(99)))
end
