"""What an account is told, what it erases, what it sends again, and its test leads, in the dashboard."""

import json
import time

import pytest

from dashboard import lead, postback


@pytest.fixture
def forward(server, site):
    """A forward to a tracker that takes everything, made after `make` gave it conversions that it does not know."""
    site.pages["/postback"] = "TAKEN"

    def make(name, clicks):
        source = f"{name}_source"
        server.call("POST", "/api/v1/sources", {"slug": source})
        for click in clicks:
            lead(server, click, source=source)
            postback(server, click_id=click, status="sale", payout="2")
        body = {"name": name, "url": site.url + "/postback?c={click_id}", "source": source}
        status, made.forward = server.call("POST", "/api/v1/forwards", body)
        assert status == 201
        return made.forward

    class made:
        forward = None

    yield make
    server.call("DELETE", f"/api/v1/forwards/{made.forward['id']}")


# --- Alerts


def test_a_channel_is_made_tested_and_deleted(dashboard, make_site):
    hook = make_site()
    hook.pages["/hook/secret-part"] = (200, {}, b"thanks")
    page = dashboard.open("account/alerts")
    page.get_by_label("URL").fill("nonsense")
    page.get_by_role("button", name="Make the channel").click()
    page.wait_for_selector("[data-error=url]:not(:empty)")
    page.get_by_label("URL").fill(hook.url + "/hook/secret-part")
    page.get_by_role("button", name="Make the channel").click()
    row = page.get_by_role("group", name="Channels").locator("tbody tr")
    row.wait_for()
    assert "secret-part" not in page.locator("main").inner_text()
    row.get_by_role("button", name="Test").click()
    row.get_by_text("The test message was taken with 200").wait_for()
    assert len(hook.got("POST", "/hook/secret-part")) == 1
    row.get_by_role("button", name="Delete").click()
    row.get_by_role("button", name="Yes, delete").click()
    page.get_by_text("Nobody is told yet").wait_for()
    assert dashboard.complaints[1:] == []  # the first is the 422 of the nonsense


def test_each_kind_of_channel_asks_for_what_it_needs(dashboard):
    page = dashboard.open("account/alerts")
    page.get_by_label("Kind").select_option("email")
    page.get_by_label("Address").fill("nobody")
    page.get_by_role("button", name="Make the channel").click()
    page.wait_for_selector("[data-error=address]:not(:empty)")
    page.get_by_label("Kind").select_option("telegram")
    page.get_by_role("button", name="Make the channel").click()
    page.wait_for_selector("[data-error=token]:not(:empty)")
    assert "number, or the name" in page.locator("[data-error=chat_id]").inner_text()


def test_an_open_alert_is_on_the_overview_and_in_its_tab(dashboard, server, make_site):
    refusing = make_site()
    refusing.pages["/leads"] = (201, {}, b"ok")
    body = {"slug": "pp-full", "url": refusing.url + "/leads", "fields": {"email": "{email}"}, "caps": {"total": 1}}
    body |= {"success": {"status": [201]}, "filters": {"sources": ["full_source"]}}
    assert server.call("POST", "/api/v1/partners", body)[0] == 201
    lead(server, "full-1", source="full_source")
    deadline = time.monotonic() + 75
    while time.monotonic() < deadline:
        alerts = server.call("GET", "/api/v1/alerts")[1]["alerts"]
        if any(alert["subject"] == "pp-full" for alert in alerts):
            break
        time.sleep(1)
    row = dashboard.open("account/alerts").locator("tr", has_text="pp-full")
    assert "A partner's cap is reached" in row.inner_text() and "open" in row.inner_text()
    item = dashboard.open("overview").locator(".attention li", has_text="pp-full")
    assert item.count() == 1 and "takes no more leads for now" in item.inner_text()
    assert item.get_by_role("link").get_attribute("href") == "#/partners/pp-full"


# --- Privacy


def test_a_person_is_looked_up_and_erased(dashboard, server):
    address = "jo.canary@gmail.com"
    event = lead(server, "erase-1", form_data={"email": address})["event_id"]
    lead(server, "erase-2", form_data={"email": "JoCanary+x@googlemail.com"})
    page = dashboard.open("account/privacy")
    page.get_by_label("E-mail").fill(address)
    page.get_by_role("button", name="Look up").click()
    held = page.get_by_role("group", name="What is held")
    held.wait_for()
    assert held.locator("tbody tr").count() == 2 and "e-mail hash" in held.inner_text()
    page.get_by_role("button", name="Erase").click()
    assert "2 leads" in page.locator(".confirm-question").inner_text()
    page.get_by_role("button", name="Yes, erase").click()
    page.get_by_text("nothing in them tells any more whose they were").wait_for()
    erased = page.get_by_role("group", name="Erasures, newest first").locator("tbody tr").first
    assert server.email in erased.inner_text() and "2" in erased.inner_text()
    assert page.get_by_label("E-mail").input_value() == "" and address not in page.content()
    _, story = server.call("GET", f"/api/v1/events/{event}")
    assert story["references"]["email"] is None and story["erased_at"]
    assert "What identified the person was erased" in dashboard.open(f"events/{event}").locator("main").inner_text()
    page = dashboard.open("account/privacy")
    page.get_by_label("E-mail").fill(address)
    page.get_by_role("button", name="Look up").click()
    page.get_by_text("Nothing is held on this person").wait_for()


def test_an_erasure_in_steps_counts_them_all_and_warns_of_what_is_left(dashboard):
    page = dashboard.page
    one = {"event_id": "evt_1", "received_at": "2026-11-01T00:00:00Z", "source": "s", "click_id": None}
    one |= {"decision": "accept", "status": "new", "held": ["email_ref"]}
    page.route(
        "**/api/v1/privacy/lookup",
        lambda route: route.fulfill(json={"total": 70, "text": "70 leads.", "reference": "abc", "leads": [one]}),
    )
    steps = []
    page.route("**/api/v1/privacy/erase", lambda route: route.fulfill(json=steps.pop(0) | {"text": "The last step."}))
    for last, said in [
        ({"leads": 20, "left": 0}, "70 leads erased: nothing in them tells any more"),
        ({"leads": 0, "left": 20}, "50 leads erased, 20 left."),
    ]:
        steps.extend([{"leads": 50, "left": 20}, last])
        dashboard.open("account/privacy")
        page.get_by_label("E-mail").fill("of-many@example.org")
        page.get_by_role("button", name="Look up").click()
        page.get_by_role("button", name="Erase").click()
        page.get_by_role("button", name="Yes, erase").click()
        told = page.locator(".notice", has_text=said)
        told.wait_for()
        assert ("notice-warn" in told.get_attribute("class")) == bool(last["left"])


def test_of_an_e_mail_and_a_phone_neither_is_silently_left_out(dashboard):
    page = dashboard.open("account/privacy")
    asked = []
    page.on("request", lambda request: asked.append(1) if "lookup" in request.url else None)
    page.get_by_label("E-mail").fill("both@example.org")
    page.get_by_label("or phone").fill("2125550123")
    page.get_by_role("button", name="Look up").click()
    page.wait_for_selector("[data-error=phone]:not(:empty)")
    assert "one after the other" in page.locator("[data-error=phone]").inner_text() and asked == []


def test_a_phone_without_its_country_is_told(dashboard):
    page = dashboard.open("account/privacy")
    page.get_by_label("or phone").fill("2125550123")
    page.get_by_role("button", name="Look up").click()
    page.wait_for_selector("[data-error=phone]:not(:empty)")


# --- Forwards


def test_a_test_call_shows_what_was_called_and_answered(dashboard, forward, site):
    made = forward("called", [])
    page = dashboard.open(f"forwards/{made['id']}")
    page.get_by_role("button", name="Send a test call").click()
    page.get_by_text("Delivered.", exact=True).wait_for()
    assert f"GET {site.url}/postback?c=backnova-test" in page.locator("main").inner_text()
    assert "TAKEN" in page.locator("main").inner_text()


def test_a_backfill_is_counted_first_and_then_sent(dashboard, server, forward, site):
    made = forward("later", ["later-1", "later-2"])
    page = dashboard.open(f"forwards/{made['id']}")
    page.get_by_role("button", name="Count first").click()
    page.get_by_text("2 deliveries would be sent. Nothing is sent yet.").wait_for()
    assert site.got("GET", "/postback") == []
    page.get_by_role("button", name="Send 2 deliveries").click()
    page.get_by_text("2 deliveries are due and on the way").wait_for()
    deadline = time.monotonic() + 30
    while len(site.got("GET", "/postback")) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert sorted(request.query for request in site.got("GET", "/postback")) == ["c=later-1", "c=later-2"]
    page = dashboard.open(f"forwards/{made['id']}")
    page.get_by_role("button", name="Count first").click()
    page.get_by_text("There is nothing to send.").wait_for()


def test_a_backfill_of_several_steps_goes_on_to_its_end(dashboard, forward):
    made = forward("long", [])
    page, sent = dashboard.page, []

    def answer(route):
        after = route.request.post_data_json.get("after")
        sent.append(("dry_run" in route.request.url, after))
        step = {None: "click-a", "click-a": "click-b", "click-b": None}
        route.fulfill(json={"conversions": 3, "forwards": 2, "skipped": 1, "next": step[after]})

    page.route("**/api/v1/forwards/*/backfill*", answer)
    dashboard.open(f"forwards/{made['id']}")
    page.get_by_role("button", name="Count first").click()
    page.get_by_role("button", name="Send 6 deliveries").click()
    page.get_by_text("6 deliveries are due").wait_for()
    assert sent == [(dry, after) for dry in (True, False) for after in (None, "click-a", "click-b")]


def test_health_is_shown_by_host(dashboard, server, history):
    hosts = dashboard.open("forwards").get_by_role("group", name="Trackers’ hosts and how they do")
    assert "127.0.0.1:1025" in hosts.inner_text()


# --- Test leads


def test_a_test_lead_is_sent_from_the_preview_and_shown_in_the_feed(dashboard, server, history):
    page = dashboard.open("sources/facebook_us/preview")
    with page.expect_request("**/api/v1/decision") as sent:
        page.get_by_role("button", name="Send a test lead").click()
    request = sent.value
    assert request.headers["authorization"] == "Bearer " + server.keys["publishable"]
    body = json.loads(request.post_data)
    assert body["test"] is True and body["source"] == "facebook_us"
    page.get_by_role("heading", name="In the feed").wait_for()
    page.get_by_text("It arrived").wait_for()
    _, events = server.call("GET", f"/api/v1/events?click_id={body['click_id']}")
    is_marked = events["events"][0].get("test") is True
    said = page.locator("main").inner_text()
    assert ("marked as a test: it is in no stats" in said) == is_marked
    assert page.locator("main tbody .mark", has_text="test").count() == is_marked
    assert ("This server does not know the mark yet" in said) != is_marked


def test_a_marked_lead_has_its_badge_in_the_feed_and_in_its_story(dashboard, server, history):
    _, recent = server.call("GET", "/api/v1/events/recent")
    _, story = server.call("GET", f"/api/v1/events/{recent['events'][0]['event_id']}")
    dashboard.page.route(
        "**/api/v1/events/recent*",
        lambda route: route.fulfill(json={"events": [recent["events"][0] | {"test": True}, *recent["events"][1:]]}),
    )
    marks = dashboard.open("events").locator("main tbody .mark").get_by_text("test", exact=True)
    marks.wait_for()
    assert marks.count() == 1
    dashboard.page.route("**/api/v1/events/evt_*", lambda route: route.fulfill(json=story | {"test": True}))
    dashboard.open(f"events/{story['event_id']}").get_by_text("A marked test lead: it is in no stats").wait_for()


def test_a_server_that_refuses_the_mark_is_told_of_plainly(dashboard, history):
    refusal = {"status": 422, "code": "invalid_fields", "errors": [{"field": "test", "message": "is not known"}]}
    dashboard.page.route("**/api/v1/decision", lambda route: route.fulfill(status=422, json=refusal))
    page = dashboard.open("sources/facebook_us/preview")
    page.get_by_role("button", name="Send a test lead").click()
    page.get_by_text("This server takes no test leads yet.").wait_for()
