-- A form POST to the bare server.
wrk.method = "POST"
wrk.body = "grant_type=client_credentials&client_id=bench&client_secret=0123456789abcdef&scope=read+write"
wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
wrk.path = "/oauth2/token"

function done(summary, latency)
  io.write(string.format("RESULT %d %d %d %d\n", summary.requests, summary.duration, summary.errors.status,
    latency:percentile(99)))
end
