"""Opens every page of the dashboard of some accounts in turn and prints how long it took: medians of the rounds.

Usage: dashboard_pages.py ROUNDS STATE...     the state folders of running servers
"""

import collections
import datetime
import os
import re
import shutil
import statistics
import sys
from pathlib import Path

from dashboard_account import Account
from playwright.sync_api import sync_playwright

sys.path.append(str(Path(__file__).resolve().parents[2] / "Tests/Browser"))
from dashboard import PAGES, log_in  # noqa: E402

# What the page says of itself: its largest paint, and when it was last drawn anew. Milliseconds since it was asked for.
WATCH = """
  window.bench = { paint: 0, drawn: 0 };
  new PerformanceObserver((list) => { for (const one of list.getEntries()) bench.paint = one.startTime; })
    .observe({ type: 'largest-contentful-paint', buffered: true });
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => { bench.drawn = performance.now(); })))
    .observe(document, { subtree: true, childList: true, characterData: true });
"""
REPORT = """() => {
  const files = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  const calls = files.filter((file) => /\\/(api|healthz)\\b/.test(new URL(file.name).pathname));
  return { paint: bench.paint, drawn: bench.drawn, bytes: files.reduce((sum, file) => sum + file.transferSize, 0),
    calls: calls.length, slowest: Math.max(0, ...calls.map((call) => call.responseEnd - call.requestStart)),
    rows: Math.max(0, ...[...document.querySelectorAll('tbody')].map((one) => one.rows.length)) };
}"""
LINE = re.compile(r'GET (?P<path>/api/\S+) .* status=200 .*upstream_time="(?P<seconds>[0-9.]+)"')


def pages_of(account):
    """Every page, those of one thing by what the account has, and those that read the most."""
    event = account.call("GET", "/api/v1/events/recent?limit=1")["events"][0]["event_id"]
    click = account.call("GET", "/api/v1/conversions?limit=1")["conversions"][0]["click_id"]
    forward = account.call("GET", "/api/v1/forwards")["forwards"][0]["id"]
    today = datetime.datetime.now(datetime.timezone.utc).date()
    of_one = {
        "overview, 90 days": f"overview?from={today - datetime.timedelta(89)}&to={today}",
        "events of a click": f"events?click_id={click}",
        "an event": f"events/{event}",
        "a source": "sources/facebook_us",
        "a source's preview": "sources/facebook_us/preview",
        "a partner": "partners/pp-alpha",
        "a forward": f"forwards/{forward}",
        "postbacks/log, stale": "postbacks/log?result=stale",
        "postbacks/log of a click": f"postbacks/log?click_id={click}",
        "postbacks/conversions, chargebacks": "postbacks/conversions?status=chargeback",
    }
    return {page: page for page in PAGES} | of_one


class Visitor:
    """Somebody who is logged in to an account."""

    def __init__(self, browser, account):
        self.browser, self.account, self.pages = browser, account, pages_of(account)
        self.start = account.log.stat().st_size
        self.seen = collections.defaultdict(list)
        context = browser.new_context(ignore_https_errors=True)
        page = context.new_page()
        log_in(page, account, account.email, account.password)
        page.wait_for_selector("main h1:has-text('Overview')")
        page.wait_for_load_state("networkidle")  # the browser notes that the first steps are done
        self.session = context.storage_state()
        context.close()

    def open(self, name):
        context = self.browser.new_context(
            ignore_https_errors=True, storage_state=self.session, viewport={"width": 1280, "height": 900}
        )
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(f"{self.account.url}/#/{self.pages[name]}")
        page.wait_for_selector("main h1")
        page.wait_for_load_state("networkidle")
        page.wait_for_function("() => !document.querySelector('.loading')")
        assert not page.locator("main .notice-bad").count(), page.locator("main .notice-bad").first.inner_text()
        self.seen[name].append(page.evaluate(REPORT))
        context.close()

    def figure(self, name, what, of=statistics.median):
        return of(one[what] for one in self.seen[name])

    def waits(self):
        """Milliseconds at the responder's socket by path."""
        waits = collections.defaultdict(list)
        with self.account.log.open() as log:
            log.seek(self.start)
            for found in filter(None, map(LINE.search, log)):
                waits[found["path"]].append(float(found["seconds"]) * 1_000)
        return waits


def print_pages(few, many):
    print(f"\n{few.account.leads:,} leads beside {many.account.leads:,}, ms: medians, then the fastest round of the larger account")
    print(f"{'':34}  {'largest paint':^19}  {'last drawn':^19}  {'slowest call':^19}  calls  KB  rows")
    for name in many.pages:
        line = f"{name:34}"
        for what in ("paint", "drawn", "slowest"):
            line += f"  {few.figure(name, what):5.0f}  {many.figure(name, what):5.0f}  {many.figure(name, what, min):5.0f}"
        kilobytes = many.figure(name, "bytes") / 1_000
        print(f"{line}  {many.figure(name, 'calls'):5.0f} {kilobytes:3.0f} {many.figure(name, 'rows', max):5}")


def print_waits(few, many):
    print("\nAt the responder's socket, ms: median beside few leads, median, slowest")
    small = few.waits()
    for path, waits in sorted(many.waits().items(), key=lambda one: -statistics.median(one[1])):
        beside = f"{statistics.median(small[path]):4.0f}" if path in small else "   –"
        print(f"{path:36} {beside} {statistics.median(waits):4.0f} {max(waits):4.0f}")


def main():
    rounds, states = int(sys.argv[1]), sys.argv[2:]
    arguments = ["--disable-dev-shm-usage"] + (["--no-sandbox"] if os.geteuid() == 0 else [])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        few, many = visitors = [Visitor(browser, Account(state)) for state in states]
        shown = many.account.call("GET", "/api/v1/stats")["total"]
        print(f"{shown['leads']:,} leads and {shown['conversions']:,} conversions in the 30 days shown; {rounds} rounds")
        before = os.getloadavg()[0]
        for turn in range(rounds):
            for name in many.pages:
                for visitor in visitors if turn % 2 else reversed(visitors):
                    visitor.open(name)
        print_pages(few, many)
        print_waits(few, many)
        print(f"\nLoad {before:.1f} before, {os.getloadavg()[0]:.1f} after")
        browser.close()


main()
