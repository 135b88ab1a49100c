"""Furnishes a state folder of script/bench dashboard, whose server runs: what its demo history has not. Partners with some
leads, a forward that its tracker was told of every conversion, and one whose tracker is away.

Usage: dashboard_state.py STATE TRACKER-URL
"""

import datetime
import sys
import time

from dashboard_account import Account

ROUTED = 300  # leads that went to a partner: more than any page shows
PARTNERS = ("pp-alpha", "pp-beta", "pp-gamma")


def make_partners(account):
    for number, slug in enumerate(PARTNERS, 1):
        account.call("POST", "/api/v1/partners", {"slug": slug, "mode": "page", "priority": number, "caps": {"day": 100_000}})
    account.call("PATCH", "/api/v1/account", {"routing_policy": "weighted"})
    for number in range(ROUTED):
        body = {"source": "facebook_us", "click_id": f"routed-{number}", "country": "US", "time_on_site": 45, "page_views": 3}
        account.call("POST", "/api/v1/decision", body | {"form_data": {"email": f"routed.{number}@gmail.com"}})


def make_forward(account, name, url, days):
    """Tells a tracker of all conversions that changed within those days."""
    body = {"name": name, "url": f"{url}/?cid={{click_id}}&payout={{payout}}&status={{status}}"}
    path = f"/api/v1/forwards/{account.call('POST', '/api/v1/forwards', body)['id']}/backfill"
    today = datetime.datetime.now(datetime.timezone.utc).date()
    step = {"from": str(today - datetime.timedelta(days - 1)), "to": str(today)}
    while True:
        after = account.call("POST", path, step)["next"]
        if after is None:
            return
        step["after"] = after


def wait_until_told(account):
    while any(forward["due"] for forward in account.call("GET", "/api/v1/forwards/health")["forwards"]):
        time.sleep(0.5)


def main():
    account, tracker = Account(sys.argv[1]), sys.argv[2]
    make_partners(account)
    make_forward(account, "tracker", tracker, 30)
    wait_until_told(account)
    make_forward(account, "tracker that is away", "http://127.0.0.1:1025", 2)


main()
