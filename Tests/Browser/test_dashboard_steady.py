"""What the dashboard does where answers are late, out of order or missing, where a session ends, and where a page is
drawn anew under somebody's hands."""

import json
import re
import time

import pytest

from dashboard import lead, opened, postback

AWAY = {"status": 503, "content_type": "application/problem+json", "body": json.dumps({"detail": "Not now."})}


class Held:
    """Holds back the answers to what fits, until `release`."""

    def __init__(self, page, pattern, of=lambda url: True):
        self.page, self.routes, self.isHolding = page, [], True

        def hold(route):
            if self.isHolding and of(route.request.url):
                self.routes.append(route)
            else:
                route.continue_()

        page.route(pattern, hold)

    def wait(self, number=1):
        deadline = time.monotonic() + 10
        while len(self.routes) < number and time.monotonic() < deadline:
            self.page.wait_for_timeout(20)
        assert len(self.routes) >= number
        return self

    def release(self):
        self.isHolding = False
        for route in self.routes:
            try:
                route.continue_()
            except Exception:  # it was given up meanwhile, as it should
                pass
        self.page.wait_for_timeout(500)


# --- Late answers


def test_of_two_ranges_the_one_that_is_chosen_stands(dashboard, server, history):
    page = dashboard.open("overview")
    held = Held(page, "**/api/v1/stats*")
    page.get_by_role("button", name="90 days").click()
    held.wait()
    held.isHolding = False
    page.get_by_role("button", name="Today").click()
    said = page.locator("main p", has_text="against the 1 day before")
    said.wait_for()
    held.release()
    assert said.count() == 1 and page.locator("main", has_text="against the 90 days").count() == 0
    assert page.locator(".chip[aria-pressed=true]").inner_text() == "Today"


def test_of_two_kinds_of_code_the_one_that_is_chosen_stands(dashboard, server, history):
    page = dashboard.open("sources/facebook_us")
    held = Held(page, "**/snippet?kind=php*")
    page.get_by_role("button", name="PHP").click()
    held.wait()
    page.get_by_role("button", name="Python").click()
    code = page.locator("pre code", has_text="urllib.request")
    code.wait_for()
    held.release()
    assert code.count() == 1 and page.locator("pre code", has_text="<?php").count() == 0


def test_of_two_lists_of_deliveries_the_one_that_is_chosen_stands(dashboard, history):
    page = dashboard.open(f"forwards/{history['id']}")
    held = Held(page, "**/deliveries?*", lambda url: "state=dead" in url)
    page.get_by_role("button", name="Dead", exact=True).click()
    held.wait()
    page.get_by_role("button", name="Dropped").click()
    page.get_by_text("None is dropped").wait_for()
    held.release()
    assert page.get_by_text("None is dropped").count() == 1


def test_of_two_postback_keys_the_one_that_is_chosen_stands(dashboard, server):
    status, other = server.call("POST", "/api/v1/keys", {"kind": "postback", "name": "another partner"})
    page = dashboard.open("postbacks")
    held = Held(page, f"**/api/v1/keys/{other['id']}")
    choice = page.get_by_label("Postback key", exact=True)
    first = choice.input_value()
    choice.select_option(other["id"] if first != other["id"] else choice.locator("option").nth(1).get_attribute("value"))
    held.wait()
    choice.select_option(first)
    url = page.get_by_role("group", name="Postback URL", exact=True)
    before = url.inner_text()
    held.release()
    assert url.inner_text() == before
    server.call("DELETE", f"/api/v1/keys/{other['id']}")


def test_who_left_a_page_is_not_dragged_back_by_what_it_had_under_way(dashboard, server):
    page = dashboard.open("sources")
    held = Held(page, "**/api/v1/sources", lambda url: True)
    page.get_by_label("Source name").fill("left_behind")
    page.get_by_role("button", name="Make the source").click()
    held.wait()
    page.get_by_role("link", name="How it works").click()
    page.wait_for_selector("main h1:has-text('How It All Works Together')")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        held.release()
    page.wait_for_timeout(300)
    assert page.url.endswith("#/how")


# --- One part that fails


@pytest.mark.parametrize("path", ["alerts", "usage", "sources"])
def test_a_part_that_fails_says_so_and_the_rest_of_the_overview_stands(dashboard, server, history, path):
    page = dashboard.page
    page.add_init_script("localStorage.clear()")
    page.route(f"**/api/v1/{path}", lambda route: route.fulfill(**AWAY))
    dashboard.open("overview")
    assert page.locator(".tile").count() == 8
    assert "Not now." in page.get_by_role("alert").first.inner_text()
    page.unroute(f"**/api/v1/{path}")
    while page.get_by_role("button", name="Try again").count():
        page.get_by_role("button", name="Try again").first.click()
        page.wait_for_timeout(300)
    assert page.get_by_role("alert").count() == 0


def test_log_out_that_does_not_reach_the_server_says_so(dashboard):
    page = dashboard.open("how")
    page.route("**/api/v1/session", lambda route: route.abort() if route.request.method == "DELETE" else route.continue_())
    page.get_by_role("button", name="Log out").first.click()
    page.get_by_text("You may still be logged in.").wait_for()
    assert page.get_by_text("You are logged out.").count() == 0
    assert page.locator("main h1").inner_text() == "How It All Works Together"


def test_a_browser_without_the_newest_abort_signals_works(browser, server, session):
    context, dashboard = opened(browser, server, session)
    dashboard.page.add_init_script("delete AbortSignal.any; delete AbortSignal.timeout")
    dashboard.open("overview")
    assert dashboard.page.locator(".tile").count() == 8
    context.close()


def test_a_failing_feed_is_asked_less_and_less(dashboard, history):
    page = dashboard.page
    page.clock.install()
    asked = []
    page.route("**/api/v1/events/recent*", lambda route: (asked.append(1), route.fulfill(**AWAY, headers={"Retry-After": "20"})))
    page.goto(f"{dashboard.server.url}/#/events")
    page.get_by_text("Not now.").wait_for()
    page.clock.run_for(15_000)
    assert len(asked) == 1
    page.get_by_text("Not live: asked again in 20 seconds.").wait_for()
    page.clock.run_for(6_000)
    page.wait_for_timeout(300)
    assert len(asked) == 2


def test_something_that_is_not_there_is_not_to_be_tried_again(dashboard):
    page = dashboard.open("forwards/none")
    page.get_by_role("link", name="Back to the list").wait_for()
    assert page.get_by_role("button", name="Try again").count() == 0


def test_a_first_postback_key_is_in_the_url_at_once_and_the_page_stays(dashboard, server):
    page = dashboard.page
    page.route("**/api/v1/keys", lambda route: route.fulfill(json={"keys": []}))
    dashboard.open("postbacks")
    page.unroute("**/api/v1/keys")
    page.evaluate("addEventListener('hashchange', () => { globalThis.hasGone = true; })")
    before = {key["id"] for key in server.call("GET", "/api/v1/keys")[1]["keys"]}
    page.get_by_role("button", name="Make a postback key").click()
    page.get_by_role("button", name="Show the key").wait_for()
    assert page.evaluate("globalThis.hasGone") is None
    for key in server.call("GET", "/api/v1/keys")[1]["keys"]:
        if key["id"] not in before:
            server.call("DELETE", f"/api/v1/keys/{key['id']}")


# --- Does it arrive?


def test_a_lead_arrives_whatever_the_visitor_s_clock_says(dashboard, server, history):
    page = dashboard.page
    page.clock.install(time=time.time() + 120)
    with page.expect_response("**/api/v1/events/recent*"):
        page.goto(f"{server.url}/#/sources/facebook_us")
    page.get_by_text("Waiting for a lead").wait_for()
    lead(server, "of-another-clock")
    for _ in range(3):
        page.clock.run_for(3_100)
        page.wait_for_timeout(200)
    assert "of-another-clock" in page.locator("main").inner_text()


def test_saving_adds_no_further_looks_and_keeps_the_chosen_code(dashboard, server, history):
    page = dashboard.open("sources/facebook_us")
    page.get_by_role("button", name="Python").click()
    page.locator("pre code", has_text="urllib.request").wait_for()
    for _ in range(4):
        with page.expect_response(lambda answer: answer.request.method == "PATCH"):
            page.get_by_role("button", name="Save").click()
        page.wait_for_load_state("networkidle")
    looks = []
    page.on("request", lambda request: looks.append(1) if "events/recent" in request.url else None)
    page.wait_for_timeout(7_000)
    assert 1 <= len(looks) <= 3
    assert page.locator("pre code", has_text="urllib.request").count() == 1


# --- Focus


@pytest.mark.parametrize("path", ["sources/facebook_us", "partners/pp-seen", "forwards/{id}", "account/settings"])
def test_after_saving_it_is_said_and_the_focus_stays(dashboard, server, history, path):
    page = dashboard.open(path.format(id=history["id"]))
    save = page.get_by_role("button", name="Save", exact=True)
    save.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Saved.").locator("visible=true").first.wait_for()
    page.wait_for_function("() => document.activeElement.textContent === 'Save'")


def test_after_revoking_the_focus_is_on_the_list(dashboard, server):
    server.call("POST", "/api/v1/keys", {"kind": "postback", "name": "to be revoked"})
    page = dashboard.open("account")
    page.locator("tr", has_text="to be revoked").get_by_role("button", name="Revoke").click()
    page.keyboard.press("Enter")
    page.locator(".told", has_text="Revoked.").wait_for()
    page.wait_for_function("() => document.activeElement.textContent === 'Keys in use'")


def test_the_feed_keeps_scroll_and_focus_and_what_is_unfolded(browser, server, session, history):
    context, dashboard = opened(browser, server, session, width=800)
    page = dashboard.open("events")
    page.locator("details").first.evaluate("one => { one.open = true; }")
    key = page.locator("tr", has=page.locator("details[open]")).get_attribute("data-key")
    page.locator("details[open] summary").focus()
    page.evaluate("document.querySelector('.table-box').scrollLeft = 150")
    lead(server, "while-reading")
    page.locator("tr", has_text="while-reading").wait_for()
    assert page.evaluate("document.querySelector('.table-box').scrollLeft") == 150
    assert page.evaluate("document.activeElement.closest('tr').dataset.key") == key
    assert page.locator("details[open]").count() == 1
    # A row that changes keeps them, too.
    click = next(e["click_id"] for e in server.call("GET", "/api/v1/events/recent")[1]["events"] if e["event_id"] == key)
    postback(server, click_id=click, status="approved", payout="77.77", txid="t-scroll")
    page.locator("tr", has_text="77.77").wait_for()
    assert page.evaluate("document.activeElement.closest('tr').dataset.key") == key
    assert page.locator("details[open]").count() == 1
    keys = page.locator("tbody tr").evaluate_all("rows => rows.map((row) => row.dataset.key)")
    assert keys == [e["event_id"] for e in server.call("GET", "/api/v1/events/recent")[1]["events"]]
    context.close()


# --- A session that ends


def test_a_session_that_ends_loses_nothing_that_was_typed(browser, server, session):
    context, dashboard = opened(browser, server, session)
    page = dashboard.open("partners")
    page.get_by_label("Short name (slug)").fill("pp-typed")
    page.get_by_label("Address for leads").fill("https://partner.example/typed")
    cookies = context.cookies()
    context.clear_cookies()
    page.get_by_role("button", name="Make the partner").click()
    dialog = page.get_by_role("dialog", name="Log in")
    dialog.get_by_text("Your session has ended.").wait_for()
    assert page.get_by_label("Short name (slug)").input_value() == "pp-typed"
    assert dialog.get_by_label("E-mail").input_value() == server.email
    assert page.evaluate("document.activeElement.name") == "password"
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Log in").click()
    dialog.get_by_text("is not right").wait_for()
    context.add_cookies(cookies)
    page.route(
        "**/api/v1/session",
        lambda route: route.fulfill(json={"person": page_person(server), "account_id": "acc"}),
    )
    dialog.get_by_label("Password").fill(server.password)
    dialog.get_by_role("button", name="Log in").click()
    page.wait_for_selector("main h1:has-text('pp-typed')")
    assert dialog.count() == 0
    server.call("DELETE", "/api/v1/partners/pp-typed")
    context.close()


def page_person(server):
    return server.call("GET", "/api/v1/people")[1]["people"][0]


# --- Sending again


def test_a_range_that_ends_before_it_begins_is_told_beside_the_field(dashboard, history):
    page = dashboard.open(f"forwards/{history['id']}")
    asked = []
    page.on("request", lambda request: asked.append(1) if request.method == "POST" else None)
    for name, button in [("Send a range again", "Send these again"), ("Backfill", "Count first")]:
        form = page.get_by_role("form", name=name)
        form.locator("[name=from]").fill("2026-11-02")
        form.locator("[name=to]").fill("2026-11-01")
        form.get_by_role("button", name=button).click()
        form.locator("[data-error=to]", has_text="must not be before the first day").wait_for()
    assert asked == []


def test_a_range_of_one_forward_is_asked_for_and_sent_to_no_other(dashboard, server, make_site):
    server.call("POST", "/api/v1/sources", {"slug": "again_source"})
    trackers = [make_site(), make_site()]
    forwards = []
    for number, tracker in enumerate(trackers):
        tracker.pages["/p"] = "OK"
        body = {"name": f"one-{number}", "url": tracker.url + "/p?c={click_id}", "source": "again_source"}
        forwards.append(server.call("POST", "/api/v1/forwards", body)[1])
    for click in ("again-1", "again-2"):
        lead(server, click, source="again_source")
        postback(server, click_id=click, status="sale", payout="2")
    arrived = lambda: [len(tracker.got("GET", "/p")) for tracker in trackers]  # noqa: E731
    wait_until(lambda: arrived() == [2, 2])
    page = dashboard.open(f"forwards/{forwards[0]['id']}")
    page.get_by_role("button", name="Send these again").click()
    page.get_by_text("2 deliveries would go to this tracker again, and to no other.").wait_for()
    assert arrived() == [2, 2]
    page.get_by_role("button", name="Yes, send 2 deliveries again").click()
    page.locator(".told", has_text="2 deliveries are on the way again.").wait_for()
    wait_until(lambda: arrived() == [4, 2])
    time.sleep(1)
    assert arrived() == [4, 2]
    for forward in forwards:
        server.call("DELETE", f"/api/v1/forwards/{forward['id']}")


def wait_until(holds, seconds=30):
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert holds()


# --- Days, times, money


def test_the_zone_is_told_anew_once_it_has_changed(dashboard, server):
    page = dashboard.open("account/settings")
    account = server.call("GET", "/api/v1/account")[1]
    moving = account | {"timezone_change": {"to": "Europe/Kyiv", "progress": 0.5}}
    moved = account | {"timezone": "Europe/Kyiv"}
    answers = [moving, moving, moving]  # to saving, to drawing the page anew, to the first look after it
    page.route("**/api/v1/account", lambda route: route.fulfill(json=answers.pop(0) if answers else moved))
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("The sums move to Europe/Kyiv: 50 % done.").wait_for()
    assert page.locator("#zone").inner_text() == "Times are in UTC"
    page.wait_for_function("() => document.querySelector('#zone').textContent === 'Times are in Europe/Kyiv'")


@pytest.mark.parametrize("path", ["overview", "score"])
def test_a_range_that_is_typed_on_one_page_is_not_the_next_one_s(dashboard, history, path):
    page = dashboard.open(path)
    page.get_by_label("First day").fill("2026-10-01")
    page.get_by_role("link", name="Sources", exact=True).click()
    page.wait_for_selector("main h1:has-text('Sources')")
    page.wait_for_timeout(800)
    assert page.url.endswith("#/sources")


@pytest.mark.parametrize("path", ["overview", "score"])
def test_a_range_that_is_drawn_is_announced_with_its_leads(dashboard, history, path):
    page = dashboard.open(path)
    page.get_by_role("button", name="7 days").click()
    page.wait_for_function("() => / to .*: [0-9,]+ leads?\\.$/.test(document.querySelector('#announcements').textContent)")


def test_a_year_that_is_half_typed_is_not_asked_for(dashboard, history):
    page = dashboard.open("overview")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "group_by=source" in request.url else None)
    page.get_by_label("First day").focus()
    page.keyboard.type("10012026", delay=30)
    page.wait_for_timeout(1_500)
    assert len(asked) == 2  # the range, and the range before
    assert all(re.search(r"from=20(26|25)-", url) for url in asked)
    page.goto("about:blank")
    page.goto(f"{dashboard.server.url}/#/overview?from=0202-01-01&to=2026-01-01")
    dashboard.wait()
    assert page.get_by_label("First day").input_value() >= "2020"


def test_times_and_money_say_what_they_are(dashboard, server, history):
    page = dashboard.open("overview")
    assert "Times are in UTC" in dashboard.text
    made = page.evaluate("""async () => {
          const { time, money } = await import('/dashboard/format.js');
          const now = new Date().getFullYear();
          return [time(`${now}-02-03T04:05:06Z`), time('2021-02-03T04:05:06Z'), money(0.004), money(0), money(12.3)];
        }""")
    assert "2021" in made[1] and re.search(r"\d{4}", made[0]) is None
    assert made[2:] == ["$0.004", "$0.00", "$12.30"]
