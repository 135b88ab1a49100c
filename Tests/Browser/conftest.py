"""What every browser test may ask for: Debian's Chromium driven by Playwright, the real server, and landing pages.

One browser and one server serve all tests; each test has a browser context and sites of its own.
"""

import os
import shutil

import pytest
from dashboard import lead, log_in, opened, postback
from local_site import Site
from playwright.sync_api import sync_playwright
from sdk_pages import StubAPI
from server import Server


@pytest.fixture(scope="session")
def browser():
    arguments = ["--disable-dev-shm-usage"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server():
    """All leads come from this machine: more of them than the flood rule lets one address send."""
    server = Server()
    assert server.call("PATCH", "/api/v1/account", {"address_limit": 10_000})[0] == 200
    yield server
    server.remove()


@pytest.fixture(scope="session")
def server_without_partners():
    """A lead that no partner is there for goes the page's own way; where there are some, it waits for one of them."""
    server = Server()
    yield server
    server.remove()


@pytest.fixture
def context(browser):
    """A browser profile of its own: storage, cookies, cache. The server's certificate is its own, hence unverified. It
    does not call itself headless, for which alone the server would take each lead for a program's."""
    agent = f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{browser.version.split('.')[0]}.0.0.0 Safari/537.36"
    context = browser.new_context(
        ignore_https_errors=True, locale="en-US", timezone_id="America/New_York", user_agent=agent
    )
    context.set_default_timeout(8_000)
    yield context
    context.close()


@pytest.fixture
def page(context):
    return context.new_page()


@pytest.fixture
def make_site():
    """A function that opens a further web server; all are closed with the test."""
    sites = []

    def make():
        sites.append(Site())
        return sites[-1]

    yield make
    for site in sites:
        site.close()


@pytest.fixture
def site(make_site):
    return make_site()


@pytest.fixture
def api(make_site):
    """A stand-in for the API, which serves the SDK as well."""
    api = StubAPI(make_site())
    yield api
    api.closing.set()


@pytest.fixture
def human(context):
    """Hides from pages that a program drives this browser, which would be reason enough to reject each lead."""
    context.add_init_script("Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })")


# --- The dashboard


@pytest.fixture(scope="session")
def session(browser, server):
    """A log-in that all tests share: there are ten a minute."""
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    log_in(page, server)
    page.wait_for_selector("main h1:has-text('Overview')")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="session")
def history(server):
    """Something to see on every page: leads, conversions, an unknown word, a message without a lead, a forward and a
    partner, both of which nobody answers for."""
    for number in range(3):
        lead(server, f"seen-{number}")
    postback(server, click_id="seen-0", status="sale", payout="12.50", txid="t-1")
    postback(server, click_id="seen-1", status="in_verification", payout="3")
    postback(server, click_id="never-seen", status="sale")
    status, forward = server.call(
        "POST", "/api/v1/forwards", {"name": "tracker", "url": "http://127.0.0.1:1025/p?s={click_id}"}
    )
    assert status == 201
    partner = {"slug": "pp-seen", "url": "http://127.0.0.1:1025/leads", "fields": {"email": "{email}"}, "caps": {"day": 5}}
    always = {"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "00:00", "to": "24:00"}
    partner |= {"filters": {"sources": ["pp_seen_source"]}, "schedule": [always]}
    assert server.call("POST", "/api/v1/partners", partner)[0] == 201
    lead(server, "seen-routed", source="pp_seen_source")
    return forward


@pytest.fixture
def dashboard(browser, server, session):
    context, dashboard = opened(browser, server, session)
    yield dashboard
    context.close()
