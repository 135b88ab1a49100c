-- wrk: postbacks for the leads that decision.lua left behind, each with its own transaction id. POSTBACK: a postback key.
local thread, count, key = 0, 0, os.getenv("POSTBACK")
local statuses = { "approved", "pending", "rejected" }
function setup(t) thread = thread + 1; t:set("id", thread) end
function init() math.randomseed(os.time() * 31 + id * 7919) end
function request()
  count = count + 1
  return wrk.format("GET", string.format("/api/postback?api_key=%s&click_id=%s-%d-%d&status=%s&payout=25.50&txid=%s-%d-%d", key,
    os.getenv("RUN"), math.random(1, 2), math.random(1, tonumber(os.getenv("LEADS"))), statuses[count % 3 + 1], os.getenv("ROUND"), id, count))
end
