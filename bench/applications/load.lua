-- One call an application, round and round: IDS is a file of client ids, TOKEN a personal access token, METHOD GET or PATCH.
local ids, turn = {}, 0
for line in io.lines(os.getenv("IDS")) do ids[#ids + 1] = line end
local method, stamp = os.getenv("METHOD"), os.time()
local headers = { ["Authorization"] = "Bearer " .. os.getenv("TOKEN"), ["Content-Type"] = "application/json" }

function request()
  turn = turn + 1
  local body = method == "PATCH" and string.format('{"description":"Figures of %d, turn %d"}', stamp, turn) or nil
  return wrk.format(method, "/api/applications/" .. ids[turn % #ids + 1], headers, body)
end

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration, summary.errors.status,
    latency:percentile(99)))
end
