"""Partners in the dashboard: made, tried, given leads, filled up, seen in a lead's story. They are real receivers."""

import json
import re

import pytest

from dashboard import lead, postback

# Each test's partner wants the leads of a source of its own.
PARTNER = {
    "slug": "pp-kept",
    "name": "PP kept",
    "mode": "server",
    "url": "https://partner.example/leads",
    "method": "POST",
    "format": "json",
    "fields": {"email": "{email}", "zip": "{form.zip}", "offer": 5, "tracking": {"click": "{click_id}"}},
    "headers": {"X-Token": "one", "X-Other": "two"},
    "success": {"status": [200, 201], "pointer": "/ok", "equals": True, "contains": "taken"},
    "lead_id_pointer": "/id",
    "redirect_pointer": "/redirect",
    "payout": 30,
    "caps": {"hour": 5, "day": 25, "total": 1000},
    "timezone": "Europe/Kyiv",
    "schedule": [
        {"days": ["mon", "tue"], "from": "09:00", "to": "18:00"},
        {"days": ["sat"], "from": "22:00", "to": "02:00"},
    ],
    "filters": {"countries": ["US"], "sources": ["kept"], "traffic_types": ["push"], "min_score": 7},
    "priority": 2,
    "weight": 3,
    "deduplicates": True,
    "active": True,
}


@pytest.fixture
def buyer(site):
    """A partner that takes every lead, and says so."""
    answer = {"success": True, "data": {"id": "L-77"}, "redirect_url": "https://partner.example/go"}
    site.pages["/api/v1/leads"] = (201, {"Content-Type": "application/json"}, json.dumps(answer).encode())
    return site


def make_partner(server, site, slug, **more):
    body = {
        "slug": slug,
        "url": site.url + "/api/v1/leads",
        "fields": {"email": "{email}"},
        "success": {"status": [201]},
        "filters": {"sources": [more.pop("source", slug.replace("-", "_"))]},
        **more,
    }
    status, partner = server.call("POST", "/api/v1/partners", body)
    assert status == 201, partner
    return partner


def test_a_partner_made_from_a_template_takes_a_lead_and_its_story_shows_it(dashboard, server, buyer):
    page = dashboard.open("partners")
    page.get_by_role("button", name="JSON with a bearer token").click()
    assert "Put the token that the partner gave you behind Bearer." in dashboard.text
    page.get_by_label("Slug").fill("pp-bearer")
    page.get_by_label("Address for leads").fill(buyer.url + "/api/v1/leads")
    fields = page.get_by_label("Fields, one a line")
    assert "tracking.click_id = {click_id}" in fields.input_value()
    headers = page.get_by_label("Headers, one a line")
    assert headers.input_value() == "Authorization: Bearer PARTNER_API_KEY"
    headers.fill("Authorization: Bearer secret-token")
    page.get_by_role("button", name="Make the partner").click()
    page.wait_for_selector("[aria-invalid]")
    assert "still has OFFER_ID" in page.locator("[data-error=fields]").inner_text()
    fields.fill(fields.input_value().replace("OFFER_ID", "77"))
    page.get_by_label("Pointer to a redirect URL").fill("/redirect_url")
    page.get_by_label("Sources").fill("bearer_source")
    page.get_by_role("button", name="Make the partner").click()
    page.wait_for_selector("main h1:has-text('pp-bearer')")
    assert page.get_by_label("Headers, one a line").input_value() == "Authorization: ••••"

    page.get_by_role("button", name="Send a test lead").click()
    page.get_by_text("https://partner.example/go", exact=True).wait_for()
    assert "L-77" in dashboard.text
    tried = json.loads(buyer.got("POST", "/api/v1/leads")[0].body)
    # A number of its own tells each test from those before.
    assert re.fullmatch(r"backnova-test-\d+@example\.com", tried["email"])
    assert re.fullmatch(r"backnova-test-\d+", tried["tracking"]["click_id"])

    answer = lead(server, "bought-1", source="bearer_source")
    assert answer["route"]["delivery"] == "accepted"
    received = buyer.got("POST", "/api/v1/leads")[1]
    assert received.headers["Authorization"] == "Bearer secret-token"
    story = dashboard.open(f"events/{answer['event_id']}").locator("main").inner_text()
    assert "pp-bearer of 1 that could be asked, by priority" in story and "The partner calls it L-77" in story
    assert "Offered to pp-bearer: accepted." in story
    row = page.get_by_role("group", name="Attempts to hand this lead over").locator("tbody tr")
    assert row.count() == 1 and "accepted" in row.inner_text() and "201" in row.inner_text()
    assert dashboard.complaints == []


def test_a_lead_s_story_says_why_the_others_did_not_get_it(dashboard, server, buyer, make_site):
    refusing = make_site()
    refusing.pages["/api/v1/leads"] = (400, {}, b"no")
    make_partner(server, refusing, "pp-no", source="shared", priority=1)
    make_partner(server, buyer, "pp-yes", source="shared", priority=2)
    make_partner(server, buyer, "pp-canada", source="shared", filters={"sources": ["shared"], "countries": ["CA"]})
    make_partner(server, buyer, "pp-asleep", source="shared", active=False)
    answer = lead(server, "shared-1", source="shared")
    page = dashboard.open(f"events/{answer['event_id']}")
    looked_at = page.get_by_role("group", name="Partners that were looked at")
    assert "this one" in looked_at.locator("tr", has_text="pp-yes").inner_text()
    assert "It does not take leads from this country." in looked_at.locator("tr", has_text="pp-canada").inner_text()
    assert "It is paused." in looked_at.locator("tr", has_text="pp-asleep").inner_text()
    tried = page.get_by_role("group", name="Attempts to hand this lead over").locator("tbody tr").all_inner_texts()
    assert len(tried) == 2 and "declined" in tried[0] and "400" in tried[0] and "accepted" in tried[1]


def test_a_test_lead_that_is_declined_says_why(dashboard, server, make_site):
    refusing = make_site()
    refusing.pages["/api/v1/leads"] = (403, {}, b"who are you")
    make_partner(server, refusing, "pp-strict")
    page = dashboard.open("partners/pp-strict")
    page.get_by_role("button", name="Send a test lead").click()
    page.get_by_text("is not what counts as taken").wait_for()
    said = page.locator("main").inner_text()
    assert "403" in said and "who are you" in said


def test_what_a_partner_answers_is_text(dashboard, server, site):
    bad = "<img src=x onerror=window.hacked=1>"
    answer = json.dumps({"id": bad, "go": "javascript:window.hacked=1"}).encode()
    site.pages["/api/v1/leads"] = (201, {"Content-Type": "application/json"}, answer)
    make_partner(server, site, "pp-bad", name=bad, lead_id_pointer="/id", redirect_pointer="/go")
    event = lead(server, "bad-1", source="pp_bad")["event_id"]
    page = dashboard.open("partners/pp-bad")
    page.get_by_role("button", name="Send a test lead").click()
    page.locator("main .notice").get_by_text("accepted").wait_for()
    for path in (None, "partners", f"events/{event}", "events", "overview"):
        if path:
            dashboard.open(path)
        assert page.evaluate("window.hacked") is None
        assert page.locator("main :is(img, script), main a[href^=javascript]").count() == 0
    assert dashboard.complaints == []


def test_a_partner_is_saved_as_it_was_read(dashboard, server):
    status, before = server.call("POST", "/api/v1/partners", PARTNER)
    assert status == 201
    page = dashboard.open("partners/pp-kept")
    with page.expect_request(lambda request: request.method == "PATCH") as sent:
        page.get_by_role("button", name="Save").click()
    page.wait_for_function("() => document.querySelector('#announcements').textContent === 'Saved.'")
    assert "headers" not in sent.value.post_data_json
    assert server.call("GET", "/api/v1/partners/pp-kept")[1] == before

    page.get_by_label("Headers, one a line").fill("X-Token: ••••\nX-New: three")
    page.get_by_role("button", name="Remove").nth(1).click()
    page.get_by_role("button", name="Add a window").click()
    page.get_by_label("It recognises a lead that it already has").uncheck()
    with page.expect_request(lambda request: request.method == "PATCH") as sent:
        page.get_by_role("button", name="Save").click()
    page.wait_for_function("() => document.querySelector('#announcements').textContent === 'Saved.'")
    assert sent.value.post_data_json["headers"] == {"X-Other": None, "X-New": "three"}
    after = server.call("GET", "/api/v1/partners/pp-kept")[1]
    assert sorted(after["headers"]) == ["X-New", "X-Token"] and not after["deduplicates"]
    assert after["schedule"] == [
        PARTNER["schedule"][0],
        {"days": ["mon", "tue", "wed", "thu", "fri"], "from": "09:00", "to": "18:00"},
    ]
    assert dashboard.complaints == []


def test_a_partner_s_faults_stand_beside_their_fields(dashboard):
    page = dashboard.open("partners")
    page.get_by_label("Slug").fill("pp-faulty")
    page.get_by_label("Address for leads").fill("https://{email}.example/")
    page.get_by_label("Fields, one a line").fill("email = {nonsense}")
    page.get_by_role("button", name="Add a window").click()
    page.get_by_label("from", exact=True).fill("morning")
    page.get_by_role("button", name="Make the partner").click()
    page.wait_for_selector("[aria-invalid]")
    assert "must not have a token in its host" in page.locator("[data-error=url]").inner_text().lower()
    assert "{nonsense}" in page.locator("[data-error=fields]").inner_text()
    assert "windows such as" in page.locator("[data-error=schedule]").inner_text()


def test_caps_are_counted_and_a_near_one_needs_attention(dashboard, server, buyer):
    make_partner(server, buyer, "pp-small", caps={"day": 5, "total": 100})
    for number in range(4):
        lead(server, f"small-{number}", source="pp_small")
    row = dashboard.open("partners").locator("tr", has_text="pp-small")
    assert "4 of 5 today near" in " ".join(row.inner_text().split()) and "4 of 100 in all" in row.inner_text()
    assert "4 of 5 leads" in dashboard.open("partners/pp-small").locator("main").inner_text()
    assert "pp-small is nearly full: 4 of 5 leads today." in dashboard.open("overview").locator(".attention").inner_text()
    lead(server, "small-4", source="pp_small")
    row = dashboard.open("partners").locator("tr", has_text="pp-small")
    assert "5 of 5 today full" in " ".join(row.inner_text().split())


def test_a_partner_is_paused_goes_on_and_is_archived_for_good(dashboard, server, buyer):
    make_partner(server, buyer, "pp-gone")
    page = dashboard.open("partners/pp-gone")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Yes, pause").click()
    page.locator(".page-head").get_by_text("paused").wait_for()
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("button", name="Yes, go on").click()
    page.locator(".page-head").get_by_text("takes leads").wait_for()
    page.get_by_role("button", name="Archive").click()
    assert "For good" in page.locator(".confirm-question").inner_text()
    page.get_by_role("button", name="Yes, archive").click()
    page.get_by_text("Archived (").wait_for()
    page.get_by_text("Archived (").click()
    page.get_by_role("link", name="pp-gone").click()
    page.get_by_text("for good: it gets no leads").wait_for()
    assert page.get_by_role("button", name="Save").count() == 0


def test_a_postback_key_is_bound_to_a_partner(dashboard, server, buyer):
    make_partner(server, buyer, "pp-bound", payout=21)
    page = dashboard.open("account")
    page.get_by_label("Name").fill("of pp-bound")
    page.get_by_label("Given to partner").select_option("pp-bound")
    page.get_by_role("button", name="Make the key").click()
    page.get_by_text("You can look at it again under Keys.").wait_for()
    key = page.get_by_role("dialog", name="Your new key").locator("pre code").inner_text()
    page.get_by_role("button", name="I have it").click()
    row = page.locator("tr", has_text="of pp-bound")
    assert row.get_by_role("link", name="pp-bound").get_attribute("href") == "#/partners/pp-bound"
    event = lead(server, "bound-1", source="pp_bound")["event_id"]
    postback(server, api_key=key, click_id="bound-1", status="sale")
    assert server.call("GET", f"/api/v1/events/{event}")[1]["revenue"] == 21
    page.get_by_label("Kind").select_option("secret")
    assert not page.get_by_label("Given to partner").is_visible()


def test_the_routing_policy_is_explained_and_chosen(dashboard, server):
    page = dashboard.open("account/settings")
    assert "three leads of four for the first" in dashboard.text
    page.get_by_label("Weights").check()
    page.get_by_label("Refuse a partner’s postbacks about another partner’s lead").check()
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved.", exact=True).first.wait_for()
    _, account = server.call("GET", "/api/v1/account")
    assert (account["routing_policy"], account["refuse_other_partner"]) == ("weighted", True)
    server.call("PATCH", "/api/v1/account", {"routing_policy": "priority", "refuse_other_partner": False})
