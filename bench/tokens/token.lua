-- POST /oauth2/token for as long as wrk runs; one JSON line at the end says how it went.
-- TOKEN_PATH, TOKEN_FORM (what every request says), TOKEN_HOLDS (what every answer must hold, separated by blanks),
-- TOKEN_CODES (a file of authorization codes, one for each request; none for requests that are all the same).
local form, path = os.getenv("TOKEN_FORM"), os.getenv("TOKEN_PATH")
local headers = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local threads, codes, holds, same = {}, nil, {}, nil

function setup(thread) table.insert(threads, thread) end

function init()
  sent, answered, wrong, first_wrong = 0, 0, 0, ""
  for name in os.getenv("TOKEN_HOLDS"):gmatch("%S+") do table.insert(holds, '"' .. name .. '"') end
  local file = os.getenv("TOKEN_CODES")
  if file and file ~= "" then codes = io.open(file) else same = wrk.format("POST", path, headers, form) end
end

function request()
  sent = sent + 1
  return same or wrk.format("POST", path, headers, form .. (codes:read("*l") or "none-left"))
end

local function right(status, body)
  if status ~= 200 then return false end
  for _, name in ipairs(holds) do
    if not body:find(name, 1, true) then return false end
  end
  return true
end

function response(status, _, body)
  answered = answered + 1
  if right(status, body) then return end
  wrong = wrong + 1
  if first_wrong == "" then first_wrong = status .. " " .. body:sub(1, 200) end
end

function done(summary, latency)
  local thread, errors = threads[1], summary.errors
  if thread:get("wrong") > 0 then io.stderr:write(thread:get("first_wrong"), "\n") end
  print(string.format(
    '{"sent":%d,"answered":%d,"wrong":%d,"errors":%d,"seconds":%.6f,"p50":%d,"p99":%d}',
    thread:get("sent"), thread:get("answered"), thread:get("wrong"),
    errors.connect + errors.read + errors.write + errors.timeout, summary.duration / 1e6,
    latency:percentile(50), latency:percentile(99)))
end
