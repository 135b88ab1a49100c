-- wrk: decisions with random contacts, each lead with its own click id. SECRET: a secret key. TARGET: another path.
local thread, count, key = 0, 0, os.getenv("SECRET")
function setup(t) thread = thread + 1; t:set("id", thread) end
function init() math.randomseed(os.time() * 17 + id * 104729) end
local countries = { "US", "DE", "IN", "BR", "NG" }
function request()
  count = count + 1
  local r = math.random(1, 50000000)
  local body = string.format('{"source":"facebook_us","traffic_type":"social","landing_page":"offer-page-%d","time_on_site":%d,'
    .. '"page_views":%d,"click_id":"%s-%d-%d","country":"%s","cost":0.35,"ip":"10.%d.%d.%d","form_data":{"name":"User %d",'
    .. '"email":"User.%d@example.com","phone":"+1415%07d"},"signals":{"fill_seconds":%d.5,"pasted":false,"webdriver":false,'
    .. '"timezone":"America/New_York","languages":["en-US","en"]}}', r % 7, r % 300, r % 7 + 1, os.getenv("RUN"), id, count,
    countries[r % 5 + 1], r % 250, r / 250 % 250, r / 62500 % 250, r, r, r % 10000000, r % 60)
  return wrk.format("POST", os.getenv("TARGET") or "/api/v1/decision", { ["Content-Type"] = "application/json", ["Authorization"] = "Bearer " .. key }, body)
end
