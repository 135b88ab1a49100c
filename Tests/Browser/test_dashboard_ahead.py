"""What is asked for ahead of a page's own code: what the page needs, all of it, and nothing else."""

import re
from datetime import datetime, timezone
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from dashboard import PAGES, opened
from test_dashboard_steady import Held

FILES = Path(__file__).resolve().parents[2] / "public/dashboard"
IMPORT = re.compile(r"^import [^;]*? from '([^']+)'", re.MULTILINE)
PLACE = re.compile(r"^    '?([a-z/*-]+)'?: \['([^']+)'", re.MULTILINE)


def modules(file):
    """A module with all that it imports, however far, by paths without .js."""
    found, left = set(), [file.resolve()]
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left += [(one.parent / name).resolve() for name in IMPORT.findall(one.read_text())]
    return {str(one.relative_to(FILES)).removesuffix(".js") for one in found}


PLACES = {place: names.split() for place, names in PLACE.findall((FILES / "ahead.js").read_text())}
FOR_ALL = re.findall(r'"(?:modulepreload" href|module" src)="/dashboard/([a-z/-]+)\.js"', (FILES / "index.html").read_text())


def test_modules_of_all_pages_are_named_in_the_page():
    assert set(FOR_ALL) == modules(FILES / "app.js") | {"format"}


def test_every_place_has_its_list_and_no_other():
    router = re.findall(r"^  \['([a-z/:]+)', \(\) => import", (FILES / "router.js").read_text(), re.MULTILINE)
    places = {re.sub(r":[a-z]+", "*", place) for place in router if not place.endswith(":tab")}
    for place in router:
        if place.endswith(":tab"):
            name = place.split("/")[0]
            tabs = re.findall(r"^  \['([a-z]+)', '", (FILES / f"pages/{name}.js").read_text(), re.MULTILINE)
            places |= {f"{name}/{tab}" for tab in tabs[1:]}  # the first stands at the place's own address
    assert len(places) > 20 and set(PLACES) == places


@pytest.mark.parametrize("place", PLACES)
def test_modules_of_a_place_are_fetched_ahead(place):
    pages = [name for name in PLACES[place] if name in ("tabs", "pages/account", "pages/postbacks")]
    own = next(name for name in PLACES[place] if name not in pages)
    needed = modules(FILES / f"{own}.js").union(*(modules(FILES / f"{name}.js") for name in pages))
    assert sorted(PLACES[place]) == sorted(needed - set(FOR_ALL))


OF_ONE = ["events?click_id=seen-0", "events/{event}", "sources/facebook_us", "sources/facebook_us/preview", "partners/pp-seen",
          "forwards/{id}", "postbacks/log?result=stale", "postbacks/conversions?status=chargeback",
          "overview?from=2026-03-02&to=2026-03-09", "score?from=2026-03-02&to=2026-03-09"]  # fmt: skip

# What a page asks by itself at its start, by patterns.
BY_ITSELF = {
    # The first steps: whoever has done them all is not asked for them.
    "overview": ["events/recent[?]limit=1", "forwards/health", "partners", "postbacks[?]limit=1", "sources"],
    "postbacks": ["keys/key_*"],  # the key that the first answers name
    "sources/facebook_us": ["sources/facebook_us/snippet[?]kind=html&*"],  # by a macro that the page's own code knows
    "score": ["score/whatif[?]*"],  # by thresholds that the score's answer names
    "account/settings": ["account"],  # anew, since somebody else may have changed it
}

# Notes who asks what. No page looks again and nothing is forgotten, however long this machine takes.
NOTING = """(() => {
  const { fetch, setTimeout } = globalThis;
  globalThis.asked = { ahead: [], byThePage: [] };
  globalThis.fetch = (path, options) => {
    const isAhead = new Error().stack.includes('/dashboard/ahead.js');
    if (path.startsWith('/api/v1/')) (isAhead ? asked.ahead : asked.byThePage).push(path.slice('/api/v1/'.length));
    return fetch(path, options);
  };
  globalThis.setTimeout = (what, wait, ...given) => ([3_000, 5_000].includes(wait) ? 0 : setTimeout(what, wait, ...given));
})()"""


def assert_all_was_asked_ahead(dashboard, path, place):
    dashboard.page.add_init_script(NOTING)
    page = dashboard.open(path)
    assert page.evaluate("backnovaAhead.left") == []
    ahead, by_the_page = page.evaluate("[asked.ahead, asked.byThePage]")
    assert len(ahead) == len(set(ahead)) and {"session", "account"} <= set(ahead)
    expected = sorted(BY_ITSELF.get(place, []))
    assert len(by_the_page) == len(expected) and all(map(fnmatchcase, sorted(by_the_page), expected)), by_the_page
    assert dashboard.complaints == []
    return ahead


@pytest.mark.parametrize("path", PAGES + OF_ONE)
def test_all_that_a_page_begins_with_is_asked_ahead_and_nothing_else(dashboard, server, history, path):
    event = server.call("GET", "/api/v1/events/recent?limit=1")[1]["events"][0]["event_id"]
    assert_all_was_asked_ahead(dashboard, path.format(id=history["id"], event=event), path.split("?")[0])


def test_days_are_asked_ahead_as_the_account_s_zone_has_them(dashboard, history):
    """In a zone where it is another day now than in UTC."""
    now = datetime.now(timezone.utc)
    zone = "Pacific/Niue" if now.hour < 11 else "Pacific/Kiritimati"

    def answer(route):
        given = route.fetch()
        route.fulfill(response=given, json=given.json() | {"timezone": zone})

    dashboard.page.route("**/api/v1/account", answer)
    ahead = assert_all_was_asked_ahead(dashboard, "overview", "overview")
    assert not any(f"to={now.date()}" in path for path in ahead) and any("to=" in path for path in ahead)


def test_an_answer_that_came_ahead_is_not_another_page_s(dashboard, server, history):
    page = dashboard.page
    page.route("**/api/v1/session", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.goto(f"{server.url}/#/sources", wait_until="commit")
    page.evaluate("location.hash = '#/partners'")
    page.wait_for_selector("main h1:has-text('Partners')")
    assert page.evaluate("backnovaAhead.left") == []
    assert dashboard.complaints == []


def test_an_answer_that_came_ahead_is_not_another_person_s(browser, server, session, history):
    status, other = server.call("POST", "/api/v1/people", {"email": "after-the-first@example.com"})
    assert status == 201
    context, dashboard = opened(browser, server, session)
    page = dashboard.page
    page.add_init_script(NOTING)
    refused = {"status": 401, "json": {"status": 401, "code": "unauthorized", "detail": "The session has ended."}}
    page.route("**/api/v1/account", lambda route: route.fulfill(**refused), times=1)
    asked = []
    page.on("request", lambda one: asked.append((one.url.split("/api/v1/")[1], one.headers.get("x-person"))) if "/api/v1/" in one.url else None)
    page.goto(f"{server.url}/#/account/people")
    page.get_by_label("E-mail").fill(other["email"])
    before = len(asked)
    page.get_by_label("Password").fill(other["password"])
    page.get_by_role("button", name="Log in").click()
    dashboard.wait()
    assert ("people", other["id"]) not in asked[:before] and "people" in [path for path, _ in asked[:before]]
    assert {("account", other["id"]), ("people", other["id"])} <= set(asked[before:])
    assert {person for path, person in asked[before:] if path != "session"} == {other["id"]}
    context.close()
    server.call("DELETE", f"/api/v1/people/{other['id']}")


def test_an_answer_is_handed_to_whom_it_was_asked_for_alone(dashboard, server, history):
    page = dashboard.page
    page.route("**/dashboard/app.js", lambda route: route.abort())
    page.goto(f"{server.url}/#/sources")
    page.wait_for_load_state("networkidle")
    me = server.call("GET", "/api/v1/people")[1]["people"][0]["id"]
    take = "(id) => Boolean(backnovaAhead.take('/api/v1/sources', id))"
    assert [page.evaluate(take, id) for id in (None, "per_another", me, me)] == [False, False, True, False]


def test_nothing_is_asked_ahead_once_it_is_over(dashboard, server, history):
    page, held = dashboard.page, Held(dashboard.page, "**/api/v1/account")
    page.add_init_script(NOTING)
    page.route("**/dashboard/app.js", lambda route: route.abort())
    page.goto(f"{server.url}/#/score")
    held.wait()
    me = server.call("GET", "/api/v1/people")[1]["people"][0]["id"]
    # It is under way as the page's own, so that nothing but the end keeps the days from being asked for.
    assert page.evaluate("(id) => [backnovaAhead.take('/api/v1/account', id)].map(Boolean)", me) == [True]
    page.evaluate("backnovaAhead.forget()")
    held.release()
    assert page.evaluate("[asked.ahead, backnovaAhead.left]") == [["session", "account"], []]


def test_a_start_that_the_network_failed_succeeds_when_tried_again(dashboard, server, history):
    page = dashboard.page
    page.add_init_script(NOTING)
    page.route("**/api/v1/session", lambda route: route.abort(), times=1)
    page.goto(f"{server.url}/#/sources")
    page.get_by_text("The server could not be reached.").wait_for()
    assert page.evaluate("backnovaAhead.left") == []
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("main h1:has-text('Sources')")


@pytest.mark.parametrize("status", [401, 429, 503])
def test_who_is_not_logged_in_asks_once_and_the_log_in_page_comes_where_it_is_needed(dashboard, server, status):
    page, asked = dashboard.page, []
    page.on("request", lambda one: asked.append(one.url.removeprefix(server.url)))
    page.route("**/api/v1/session", lambda route: route.fulfill(status=status, json={"status": status, "detail": "Not now."}))
    page.goto(f"{server.url}/#/sources")
    (page.get_by_label("E-mail") if status == 401 else page.get_by_text("Not now.")).wait_for()
    page.wait_for_load_state("networkidle")
    assert [path for path in asked if path.startswith("/api/")] == ["/api/v1/session"]
    assert asked.count("/dashboard/pages/login.js") == (1 if status == 401 else 0)


def test_who_has_given_up_gets_no_answer_and_takes_none(dashboard, server):
    page = dashboard.page
    page.route("**/dashboard/app.js", lambda route: route.abort())
    page.goto(f"{server.url}/#/how")
    page.wait_for_load_state("networkidle")
    ask = """() => import('/dashboard/api.js').then(({ get }) => get('/api/v1/session', { signal: AbortSignal.abort() }))
          .then(() => 'answered', (error) => error.name)"""
    assert page.evaluate(ask) == "AbortError"
    assert "/api/v1/session" in page.evaluate("backnovaAhead.left")


@pytest.mark.parametrize("path", ["constructor", "__proto__", "toString/name"])
def test_a_place_that_there_is_not_is_told(dashboard, path):
    page = dashboard.open(path)
    assert page.locator("main h1").inner_text() == "There is no such page"
    assert page.evaluate("backnovaAhead.left") == [] and dashboard.complaints == []
