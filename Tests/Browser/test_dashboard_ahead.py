"""What is asked for ahead of a page's own code: what the page needs, all of it, and nothing else."""

import re
from collections import Counter
from pathlib import Path

import pytest
from dashboard import PAGES

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


@pytest.mark.parametrize("place", PLACES)
def test_modules_of_a_place_are_fetched_ahead(place):
    pages = [name for name in PLACES[place] if name in ("tabs", "pages/account", "pages/postbacks")]
    own = next(name for name in PLACES[place] if name not in pages)
    needed = modules(FILES / f"{own}.js").union(*(modules(FILES / f"{name}.js") for name in pages))
    assert sorted(PLACES[place]) == sorted(needed - set(FOR_ALL))


OF_ONE = ["events?click_id=seen-0", "events/{event}", "sources/facebook_us", "sources/facebook_us/preview", "partners/pp-seen",
          "forwards/{id}", "postbacks/log?result=stale", "postbacks/conversions?status=chargeback"]  # fmt: skip


@pytest.mark.parametrize("path", PAGES + OF_ONE)
def test_what_is_asked_ahead_is_taken_and_not_asked_again(dashboard, server, history, path):
    event = server.call("GET", "/api/v1/events/recent?limit=1")[1]["events"][0]["event_id"]
    asked = []
    dashboard.page.on("request", lambda request: asked.append(request.url) if "/api/" in request.url else None)
    page = dashboard.open(path.format(id=history["id"], event=event))
    assert page.evaluate("backnovaAhead.left") == []
    again = [url for url, times in Counter(asked).items() if times > 1]
    shared = ("/account", "/partners", "/forwards/health", "/sources", "/events/recent")  # settings; first steps; polls
    assert [url for url in again if not url.split("?")[0].endswith(shared)] == []
    assert dashboard.complaints == []


def test_an_answer_that_came_ahead_is_not_another_page_s(dashboard, server, history):
    page = dashboard.page
    page.route("**/api/v1/session", lambda route: (page.wait_for_timeout(300), route.continue_()))
    page.goto(f"{server.url}/#/sources", wait_until="commit")
    page.evaluate("location.hash = '#/partners'")
    page.wait_for_selector("main h1:has-text('Partners')")
    assert page.evaluate("backnovaAhead.left") == []
    assert dashboard.complaints == []


@pytest.mark.parametrize("path", ["constructor", "__proto__", "toString/name"])
def test_a_place_that_there_is_not_is_told(dashboard, path):
    page = dashboard.open(path)
    assert page.locator("main h1").inner_text() == "There is no such page"
    assert page.evaluate("backnovaAhead.left") == [] and dashboard.complaints == []
