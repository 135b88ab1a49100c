"""What keeps others out, through the real nginx and in a browser: foreign pages, frames, guessing, logging out."""

import json
import re
import ssl
import time
import urllib.error
import urllib.request

import pytest
from dashboard import Dashboard, log_in, opened
from server import Server


@pytest.fixture
def own_server():
    """Whose log-ins this test may use up, and whose sessions it may end."""
    server = Server()
    yield server
    server.remove()


def in_page(page, method, path, body=None):
    """(status, JSON) of a call that a script of the shown page makes; status 0 where the browser forbids it."""
    return page.evaluate(
        """async ([method, path, body]) => {
          const headers = body ? { 'Content-Type': 'application/json' } : {};
          try {
            const answer = await fetch(path, { method, headers, credentials: 'include', body: body && JSON.stringify(body) });
            return [answer.status, await answer.json().catch(() => null)];
          } catch { return [0, null]; }
        }""",
        [method, path, body],
    )


def raw(server, method, path, headers, body=None):
    """Status and JSON as any program gets them, with whatever headers it likes."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(server.url + path, method=method, headers=headers, data=data)
    try:
        answer = urllib.request.urlopen(request, timeout=20, context=ssl._create_unverified_context())
    except urllib.error.HTTPError as error:
        answer = error
    text = answer.read().decode()
    return answer.status, json.loads(text) if text.startswith("{") else None


# --- Frames

KINDS = [
    "/", "/#/account", "/dashboard/app.js", "/docs/", "/docs/guides/first-lead.html", "/openapi.yaml", "/healthz",
    "/api/v1/usage", "/api/v1/session", "/api/postback", "/nothing-here", "/docs/nothing-here",
]  # fmt: skip


def test_nothing_is_shown_in_another_page_s_frame(server, session, site, browser):
    """The last frame, which may be shown, shows that the others would be seen."""
    context, dashboard = opened(browser, server, session)
    page = dashboard.page
    site.pages["/framed"] = "<!doctype html><title>Framed</title><p>shown"
    frames = "".join(f'<iframe src="{server.url}{path}"></iframe>' for path in KINDS)
    site.pages["/"] = f'<!doctype html><title>Elsewhere</title>{frames}<iframe src="/framed"></iframe>'
    page.goto(site.url, wait_until="load")
    framed = page.frames[1:]
    assert len(framed) == len(KINDS) + 1
    shown = [frame.url for frame in framed if frame.url and not frame.url.startswith(("chrome-error:", "about:"))]
    assert shown == [site.url + "/framed"]
    for path in KINDS:
        request = urllib.request.Request(server.url + path.partition("#")[0])
        try:
            answer = urllib.request.urlopen(request, timeout=20, context=ssl._create_unverified_context())
        except urllib.error.HTTPError as error:
            answer = error
        assert "frame-ancestors 'none'" in (answer.headers["Content-Security-Policy"] or ""), path
        assert answer.headers["X-Frame-Options"] == "DENY", path
    context.close()


# --- Other pages' requests


def test_a_foreign_page_changes_and_reads_nothing(browser, server, session, site):
    """By script, and by a form, which no CORS stops."""
    context, dashboard = opened(browser, server, session)
    page = dashboard.open("sources")
    assert in_page(page, "POST", "/api/v1/sources", {"slug": "by-own-page"})[0] == 201, "its own page may"
    site.pages["/"] = (
        f'<!doctype html><title>Elsewhere</title><form method="post" action="{server.url}/api/v1/sources"'
        """ enctype="text/plain"><input name='{"slug":"by-form","a":"' value='"}'><button>Win</button></form>"""
    )
    page.goto(site.url)
    before = len(server.call("GET", "/api/v1/sources")[1]["sources"])
    for method, path, body in [
        ("POST", "/api/v1/sources", {"slug": "by-script"}),
        ("DELETE", "/api/v1/session", None),
        ("DELETE", "/api/v1/sources/by-own-page", None),
        ("GET", "/api/v1/account", None),
    ]:
        assert in_page(page, method, server.url + path, body) == [0, None], (method, path)
    page.get_by_role("button", name="Win").click()
    page.wait_for_url(server.url + "/**")
    assert "by-form" not in page.content()
    assert len(server.call("GET", "/api/v1/sources")[1]["sources"]) == before
    assert server.call("GET", "/api/v1/sources/by-own-page")[1]["active"]
    dashboard.open("overview")  # still logged in
    assert page.locator("main h1").inner_text() == "Overview"
    context.close()


def test_the_session_s_cookie_alone_writes_nothing(browser, server, session):
    """Where a browser would send it from elsewhere all the same: the Origin must be this host's own."""
    context, dashboard = opened(browser, server, session)
    dashboard.open("overview")
    (cookie,) = [one for one in context.cookies() if one["name"].startswith("__Host-")]
    assert cookie["httpOnly"] and cookie["secure"] and cookie["sameSite"] == "Strict"
    assert dashboard.page.evaluate("document.cookie") == ""
    sent = {"Cookie": f"{cookie['name']}={cookie['value']}", "Content-Type": "application/json"}
    for number, origin in enumerate([None, "null", "https://evil.example", server.url.replace("https", "http"),
                                     server.url + ".evil.example", "https://127.0.0.1"]):  # fmt: skip
        headers = sent | ({"Origin": origin} if origin else {})
        for method, path, body in [("POST", "/api/v1/sources", {"slug": f"by-cookie-{number}"}),
                                   ("PATCH", "/api/v1/account", {"timezone": "UTC"}), ("DELETE", "/api/v1/session", None)]:  # fmt: skip
            status, answer = raw(server, method, path, headers, body)
            assert (status, answer["code"]) == (403, "foreign_origin"), (origin, method, path)
    headers = sent | {"Origin": server.url}
    assert raw(server, "POST", "/api/v1/sources", headers, {"slug": "by-cookie"})[0] == 201, "with its own it does"
    context.close()


# --- Guessing, and leaving


def test_guessing_a_password_is_slowed_down_and_told(browser, own_server):
    """Ten a minute, and minutes are those of the clock."""
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    page.goto(own_server.url)
    page.get_by_label("E-mail").fill(own_server.email)
    headers = {"Content-Type": "application/json", "Origin": own_server.url}
    guess = {"email": own_server.email, "password": "a guess"}
    tries = 0
    for _ in range(2):
        while (status := raw(own_server, "POST", "/api/v1/session", headers, guess)[0]) == 401 and tries < 60:
            tries += 1
        assert status == 429 and tries >= 10
        if time.time() % 60 < 40:  # else what follows may fall into the next minute
            break
        time.sleep(61 - time.time() % 60)
        tries = 0
    assert tries <= 20
    page.get_by_label("Password").fill(own_server.password)
    with page.expect_response("**/api/v1/session") as answer:
        page.get_by_role("button", name="Log in").click()
    assert answer.value.status == 429, "the right one is not tried either"
    assert 1 <= int(answer.value.headers["retry-after"]) <= 60
    page.get_by_role("alert").get_by_text(re.compile(r"Wait \d+ seconds")).wait_for()
    other = guess | {"email": "somebody@else.example"}
    assert raw(own_server, "POST", "/api/v1/session", headers, other)[0] == 429, "nor for another from this address"
    headers["X-Forwarded-For"] = "203.0.113.7"
    assert raw(own_server, "POST", "/api/v1/session", headers, other)[0] == 429, "a claimed address is not believed"
    assert own_server.call("GET", "/api/v1/usage")[0] == 200, "keys go on"
    context.close()


def test_logging_out_ends_the_session_in_every_tab_and_for_good(browser, server):
    context = browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(15_000)
    page = context.new_page()
    log_in(page, server)
    page.wait_for_selector("main h1:has-text('Overview')")
    (cookie,) = [one for one in context.cookies() if one["name"].startswith("__Host-")]
    sent = {"Cookie": f"{cookie['name']}={cookie['value']}"}
    assert raw(server, "GET", "/api/v1/usage", sent)[0] == 200
    other = Dashboard(context.new_page(), server)
    other.open("how")
    page.get_by_role("button", name="Log out").click()
    page.get_by_text("You are logged out.").wait_for()
    assert not [one for one in context.cookies() if one["name"].startswith("__Host-")]
    status, answer = raw(server, "GET", "/api/v1/usage", sent)
    assert (status, answer["code"]) == (401, "session_ended"), "whoever kept the cookie"
    other.page.get_by_role("link", name="Sources", exact=True).first.click()
    other.page.get_by_text("Your session has ended.").wait_for()
    page.reload()
    page.get_by_label("Password").wait_for()
    context.close()


# --- A network that goes away

LOST = ["overview", "events", "sources", "partners", "postbacks/log", "forwards", "score", "account", "account/privacy"]


def test_a_lost_network_is_told_on_every_page_and_work_goes_on(browser, server, session, history):
    """Really lost: the browser is offline. The script of a page that was not open before is then missing, too."""
    context, dashboard = opened(browser, server, session)
    page = dashboard.open("how")
    for path in [*LOST, *LOST]:
        page.evaluate("() => { location.hash = '#/how'; }")
        page.wait_for_selector("main h1:has-text('How')")
        context.set_offline(True)
        page.evaluate("(hash) => { location.hash = hash; }", f"#/{path}")
        alert = page.get_by_role("alert").first
        alert.wait_for()
        said = alert.inner_text()
        assert "could not be reached" in said and "Check your connection" in said, path
        context.set_offline(False)
        page.get_by_role("button", name="Try again").first.click()
        page.wait_for_function("() => !document.querySelector('[role=alert]') && !document.querySelector('.loading')")
    context.close()


def test_what_was_typed_is_still_there_when_the_network_is_lost(browser, server, session, history):
    context, dashboard = opened(browser, server, session)
    page = dashboard.open("sources")
    page.get_by_label("Source name").fill("typed_offline")
    context.set_offline(True)
    page.get_by_role("button", name="Make the source and its code").click()
    page.get_by_role("alert").wait_for()
    assert "could not be reached" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Source name").input_value() == "typed_offline"
    context.set_offline(False)
    page.get_by_role("button", name="Make the source and its code").click()
    page.wait_for_selector("main h1:has-text('typed_offline')")
    page = dashboard.open("events")
    context.set_offline(True)
    page.get_by_role("alert").wait_for()
    assert page.locator("main tbody tr").count() > 0, "what the feed had stays"
    context.set_offline(False)
    page.wait_for_function("() => !document.querySelector('[role=alert]')")
    context.close()
