"""Whose page it is: a session that ends, somebody else who logs in over the page or in another tab."""

import pytest
from dashboard import opened
from test_dashboard_steady import Held

ANOTHER = {"person": {"id": "per_another", "email": "x@example.com"}, "account_id": "acc"}


@pytest.fixture
def expired(browser, server, session, history):
    """A page of a person whose session ended, with the log-in over it; and a way to give the session back."""
    context, dashboard = opened(browser, server, session)
    page = dashboard.open("sources/facebook_us")
    page.get_by_label("Your own name for it").fill("of the first person")
    cookies = context.cookies()
    context.clear_cookies()
    save = page.get_by_role("button", name="Save", exact=True)
    save.click()
    dialog = page.get_by_role("dialog", name="Log in")
    dialog.wait_for()
    dashboard.dialog, dashboard.give_back = dialog, lambda: context.add_cookies(cookies)
    yield dashboard
    context.close()


def answer_as(page, person):
    """Whoever logs in is that person; who is logged in is asked of the server."""

    def answer(route):
        route.fulfill(json=person) if route.request.method == "POST" else route.fallback()

    page.route("**/api/v1/session", answer)


def test_somebody_else_who_logs_in_starts_anew(expired):
    page, dialog = expired.page, expired.dialog
    expired.give_back()
    answer_as(page, ANOTHER)
    saved = []
    page.on("request", lambda request: saved.append(1) if request.method == "PATCH" else None)
    dialog.get_by_label("Password").fill("any")
    dialog.get_by_role("button", name="Log in").click()
    page.wait_for_function("() => !document.querySelector('dialog')")
    expired.wait()
    assert page.get_by_label("Your own name for it").input_value() != "of the first person" and saved == []


def test_a_log_in_that_is_put_away_while_under_way_hands_the_page_to_nobody(expired, server):
    page, dialog = expired.page, expired.dialog
    answer_as(page, ANOTHER)
    held = Held(page, "**/api/v1/session", lambda url: True)
    held.release = lambda: [route.fulfill(json=ANOTHER) for route in held.routes]
    saved = []
    page.on("request", lambda request: saved.append(1) if request.method == "PATCH" else None)
    dialog.get_by_label("Password").fill("any")
    dialog.get_by_role("button", name="Log in").click()
    held.wait()
    for _ in range(3):
        page.keyboard.press("Escape")
    assert page.get_by_label("Your own name for it").is_visible() is False
    held.isHolding = False
    expired.give_back()
    held.release()
    expired.wait()
    page.get_by_text("Somebody else is logged in here now").wait_for()
    assert page.get_by_label("Your own name for it").input_value() != "of the first person" and saved == []


def test_a_page_whose_session_ended_is_not_to_be_seen_until_the_log_in_is_put_away(expired):
    page, dialog = expired.page, expired.dialog
    name = page.get_by_label("Your own name for it")
    assert not name.is_visible() and not page.locator("header.top").is_visible()
    described = dialog.get_attribute("aria-describedby")
    assert "Your session has ended." in page.locator(f"#{described}").inner_text()
    page.keyboard.press("Escape")
    name.wait_for()
    assert name.input_value() == "of the first person"
    page.wait_for_function("() => document.activeElement.textContent === 'Save'")


def test_faults_of_the_log_in_over_the_page_are_announced_inside_it(expired):
    page, dialog = expired.page, expired.dialog
    page.route(
        "**/api/v1/session",
        lambda route: route.fulfill(
            status=422,
            json={"status": 422, "detail": "password is empty", "errors": [{"field": "password", "message": "is empty"}]},
        ),
    )
    dialog.get_by_role("button", name="Log in").click()
    dialog.get_by_role("status").get_by_text("password is empty").wait_for(state="attached")


def test_a_log_in_that_was_put_away_comes_back_by_hand_alone(expired):
    page, dialog = expired.page, expired.dialog
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    ask = "() => import('/dashboard/api.js').then(({ get }) => get('/api/v1/usage', { quiet: true })).catch((error) => error.status)"
    assert page.evaluate(ask) == 401
    assert dialog.count() == 0
    page.get_by_role("button", name="Save", exact=True).click()
    dialog.wait_for()


def test_somebody_else_s_log_in_ends_the_page_before_anything_else_runs(expired):
    page, dialog = expired.page, expired.dialog
    answer_as(page, ANOTHER)
    expired.give_back()
    expired.complaints.clear()
    # The first thing that runs after the answer is a step to another page.
    page.evaluate("""() => {
          const { fetch } = globalThis;
          globalThis.fetch = async (...given) => {
            const answer = await fetch(...given);
            if (given[0] === '/api/v1/session') location.hash = '#/how';
            return answer;
          };
        }""")
    dialog.get_by_label("Password").fill("any")
    dialog.get_by_role("button", name="Log in").click()
    page.wait_for_selector("main h1:has-text('How It All Works Together')")
    page.get_by_text("Somebody else is logged in here now").wait_for()
    assert expired.complaints == []


def test_what_a_page_had_under_way_does_not_go_on_after_a_log_out(browser, server, session, history):
    context, dashboard = opened(browser, server, session)
    page = dashboard.open(f"forwards/{history['id']}")
    page.route("**/api/v1/session", lambda route: route.fulfill(status=204) if route.request.method == "DELETE" else route.fallback())
    page.route(
        "**/api/v1/forwards/replay?dry_run=1", lambda route: route.fulfill(json={"replayed": 2, "dropped": 0, "next": None})
    )
    steps = Held(page, "**/api/v1/forwards/replay")
    steps.release = lambda: [route.fulfill(json={"replayed": 1, "dropped": 0, "next": "dlv_1"}) for route in steps.routes]
    page.get_by_role("button", name="Send these again").click()
    page.get_by_role("button", name="Yes, send 2 deliveries again").click()
    steps.wait()
    page.get_by_role("button", name="Log out").first.click()
    page.get_by_text("You are logged out.").wait_for()
    try:
        steps.release()
    except Exception:  # the page is gone, and with it the question
        pass
    page.wait_for_timeout(500)
    assert len(steps.routes) == 1
    context.close()


# --- Another tab


def person_of(server):
    return server.call("GET", "/api/v1/people")[1]["people"][0]


def test_each_call_says_whose_page_it_is(dashboard, server, history):
    page, said = dashboard.page, []
    page.on("request", lambda one: said.append((one.url.split("/api/v1/")[1], one.headers.get("x-person"))) if "/api/v1/" in one.url else None)
    dashboard.open("overview")
    me = person_of(server)["id"]
    assert {person for path, person in said if path == "session"} == {None}
    assert {person for path, person in said if path != "session"} == {me} and len(said) > 5


def test_a_page_whose_cookie_became_somebody_else_s_starts_anew_and_says_so(browser, server, session, history):
    status, other = server.call("POST", "/api/v1/people", {"email": "of-another-tab@example.com"})
    assert status == 201
    context, dashboard = opened(browser, server, session)
    page = dashboard.open("sources/facebook_us")
    page.get_by_label("Your own name for it").fill("of the first person")
    log_in = {"email": other["email"], "password": other["password"]}
    assert context.request.post(f"{server.url}/api/v1/session", data=log_in).ok  # as another tab would
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Somebody else is logged in here now").wait_for()
    dashboard.wait()
    assert "You are logged in as of-another-tab@example.com." in page.locator("#app").inner_text()
    assert page.get_by_label("Your own name for it").input_value() != "of the first person"
    assert server.call("GET", "/api/v1/sources/facebook_us")[1]["name"] != "of the first person"
    context.close()
    server.call("DELETE", f"/api/v1/people/{other['id']}")
