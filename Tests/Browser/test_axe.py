"""axe finds no fault on any page, light and dark, at 360 and 1280 px; nor in the states that a page can be in.

A page is opened once and looked at four times: theme and width change under it, as they do for people.
"""

import json
import os
import subprocess

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from dashboard import PAGES, lead, log_in
from server import REPOSITORY

DOCS = REPOSITORY / "public/docs"
LOOKS = [("light", 1280), ("light", 360), ("dark", 360), ("dark", 1280)]
# For states of pages that are looked at in all four as well.
TWO_LOOKS = [("light", 1280), ("dark", 360)]
# Only what is wrong, and of that the first places: answers of all rules are much longer than their finding.
RUN = """(hasContrast) => axe.run({
  resultTypes: ['violations'], elementRef: false, ancestry: false, preload: false,
  rules: { 'color-contrast': { enabled: hasContrast } },
})"""


class Eye:
    """A page of a browser that axe looks at."""

    def __init__(self, page, server):
        self.page, self.server, self.looks, self.found = page, server, LOOKS, {}

    def look(self, name, is_long=False):
        """Notes what axe finds on the page as it stands, in each of its looks. On a long one contrasts, which take most
        of the time, are measured once a theme: colours do not change with the width."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE_SCRIPT)
        measured = set()
        for theme, width in self.looks:
            self.page.emulate_media(color_scheme=theme)
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.wait_for_function("(theme) => document.documentElement.dataset.theme === theme", arg=theme)
            for one in self.page.evaluate(RUN, not (is_long and theme in measured))["violations"]:
                said = (one["id"], one["nodes"][0]["html"][:200], one["nodes"][0].get("failureSummary", "")[:300])
                self.found.setdefault(f"{name} {theme} {width}", []).append(said)
            measured.add(theme)

    def show(self, path, name=None):
        """A page of the dashboard, gone to as by a link."""
        self.page.evaluate("(hash) => { location.hash = hash; }", f"#/{path}")
        self.wait()
        self.look(name or path)

    def wait(self):
        self.page.wait_for_timeout(100)
        self.page.wait_for_load_state("networkidle")
        self.page.wait_for_function("() => document.querySelector('main h1') && !document.querySelector('.loading')")


@pytest.fixture
def eye(browser, server):
    """Logged out."""
    context = browser.new_context(ignore_https_errors=True, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    yield Eye(context.new_page(), server)
    context.close()


@pytest.fixture
def open_eye(browser, server, session):
    """Logged in, on the overview."""
    context = browser.new_context(ignore_https_errors=True, storage_state=session, reduced_motion="reduce")
    context.set_default_timeout(15_000)
    eye = Eye(context.new_page(), server)
    eye.page.goto(server.url)
    eye.wait()
    yield eye
    context.close()


def test_every_page_of_the_dashboard(open_eye, server, history):
    _, events = server.call("GET", "/api/v1/events/recent?limit=1")
    event = events["events"][0]["event_id"]
    one_of_each = ["sources/facebook_us", "sources/facebook_us/preview", f"forwards/{history['id']}", "partners/pp-seen"]
    for path in [*PAGES, f"events/{event}", *one_of_each]:
        open_eye.show(path)
    assert open_eye.found == {}


def test_logging_in(eye, server):
    page = eye.page
    page.goto(server.url)
    page.get_by_label("E-mail").wait_for()
    eye.look("log-in")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("[aria-invalid]")
    eye.look("log-in with empty fields")
    log_in(page, server, password="not the password")
    page.get_by_role("alert").wait_for()
    eye.look("log-in refused")
    log_in(page, server)
    page.wait_for_selector("main h1:has-text('Overview')")
    page.context.clear_cookies()
    page.get_by_role("link", name="Events", exact=True).first.click()
    page.get_by_text("Your session has ended.").wait_for()
    eye.look("session ended")
    assert eye.found == {}


def test_the_documentation(eye, server):
    for path in ["/docs/", *(f"/docs/guides/{file.name}" for file in sorted((DOCS / "guides").glob("*.html")))]:
        eye.page.goto(server.url + path)
        eye.look(path, is_long=path == "/docs/")
    assert eye.found == {}


def test_an_empty_account(eye, server):
    """Every list in its empty state."""
    binary = os.environ.get("BACKNOVA_BINARY", str(REPOSITORY / ".build/release/backnova"))
    made = subprocess.run(
        [binary, "account", "create", "--email", "new@example.com", "--json"],
        env=os.environ | {"BACKNOVA_STATE": str(server.state)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    account = json.loads(made.stdout)
    eye.looks = TWO_LOOKS
    log_in(eye.page, server, email=account["email"], password=account["password"])
    eye.page.wait_for_selector("main h1:has-text('Overview')")
    eye.wait()
    eye.look("overview")
    assert eye.page.get_by_text("From here to your first lead in three minutes").count() == 1
    for path in PAGES[1:]:
        if path not in ("how", "api", "postbacks/linter", "account/settings"):  # nothing is listed there
            eye.show(path)
    assert eye.found == {}


def test_the_states_that_a_page_can_be_in(open_eye, server, history):
    page = open_eye.page
    open_eye.looks = TWO_LOOKS
    for kind in ("sources", "partners"):
        body = {"slug": f"archived-{kind}"} | ({"url": "https://x.example/", "fields": {"email": "{email}"}} if kind == "partners" else {})
        assert server.call("POST", f"/api/v1/{kind}", body)[0] == 201
        assert server.call("DELETE", f"/api/v1/{kind}/archived-{kind}")[0] in (200, 204)
    _, key = server.call("POST", "/api/v1/keys", {"kind": "postback", "name": "revoked"})
    server.call("DELETE", f"/api/v1/keys/{key['id']}")
    lead(server, "unfolded")
    for path in ("sources", "partners", "account", "events"):
        open_eye.show(path, f"{path} before it is unfolded")
        page.evaluate("() => { for (const one of document.querySelectorAll('details')) one.open = true; }")
        open_eye.look(f"{path} unfolded")
    for path in ("partners/archived-partners", "sources/archived-sources", "events/evt_nothing", "nothing"):
        open_eye.show(path)
    open_eye.show("forwards", "forwards")
    page.get_by_role("button", name="Make the forward").click()
    page.wait_for_selector("[aria-invalid]")
    open_eye.look("faults beside their fields")
    open_eye.show("account")
    page.get_by_role("button", name="Revoke").first.click()
    open_eye.look("asked again")
    page.get_by_role("button", name="Show").first.click()
    page.get_by_text("Copy key").first.wait_for()
    open_eye.look("a key shown")
    page.get_by_role("button", name="Make the key").click()
    page.get_by_role("dialog", name="Your new key").wait_for()
    open_eye.look("a key shown once")
    page.get_by_role("button", name="I have it").click()
    page.get_by_role("dialog").wait_for(state="detached")
    page.set_viewport_size({"width": 360, "height": 800})
    page.get_by_role("button", name="Menu").click()
    open_eye.look("menu open")
    page.route("**/api/v1/**", lambda route: route.abort())
    open_eye.page.evaluate("() => { location.hash = '#/partners'; }")
    page.get_by_role("alert").wait_for()
    open_eye.look("server away")
    assert open_eye.found == {}
