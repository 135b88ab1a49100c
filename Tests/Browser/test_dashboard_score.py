"""What the dashboard says of the score: bands, calibration, reasons, and other thresholds over past leads."""

import pytest

from dashboard import lead, postback


@pytest.fixture(scope="module")
def scored(server):
    """Decided leads of two bands, one that a hard rule rejected, and one nobody has decided about."""
    good = {"page_views": 5, "time_on_site": 200, "signals": {"fill_seconds": 20}}
    poor = {"page_views": 1, "time_on_site": 1, "signals": {"fill_seconds": 1}}
    scores = {}
    for number in range(3):
        scores[f"good-{number}"] = lead(server, f"good-{number}", **good)["score"]
        scores[f"poor-{number}"] = lead(server, f"poor-{number}", **poor)["score"]
    lead(server, "scored-bot", signals={"webdriver": True})
    for click, status in [("good-0", "sale"), ("good-1", "trash"), ("poor-0", "sale"), ("poor-1", "trash")]:
        postback(server, click_id=click, status=status, payout="5")
    return scores


@pytest.fixture(autouse=True)
def thresholds(server):
    """Those of the start, after each test."""
    yield
    server.call("PATCH", "/api/v1/account", {"thresholds": {"accept_at": 40, "reject_below": 15}})


def rows(page, name):
    return [row.inner_text().split("\t") for row in page.get_by_role("group", name=name).locator("tbody tr").all()]


def test_the_score_page_shows_each_band_as_the_api_has_it(dashboard, server, scored):
    _, report = server.call("GET", "/api/v1/score")
    page = dashboard.open("score")
    shown = {row[0]: row for row in rows(page, "Leads and approval by score band")}
    told = {f"{band['from']} to {band['to']}": band for band in report["bands"] if band["leads"]}
    assert list(shown) == list(told)[::-1] and len(shown) >= 2
    for name, band in told.items():
        assert shown[name][1] == str(band["leads"]) and shown[name][6] == str(band["decided"])
    foot = page.get_by_role("group", name="Leads and approval by score band").locator("tfoot tr").inner_text()
    assert foot.startswith(f"Hard rules\t{report['by_rule']['leads']}\t")
    said = f"of {report['calibration']['decided']} decided leads were approved"
    assert said in dashboard.text and "By chance alone" in dashboard.text
    assert page.get_by_role("img", name="Approval by score band").locator("rect").count() == sum(
        band["decided"] > 0 for band in report["bands"]
    )
    assert len(rows(page, "Reasons with measured approval rates")) == len(report["reasons"])
    assert "neither learns from what your partners said" in dashboard.text
    assert dashboard.complaints == []


def test_other_thresholds_say_what_they_would_have_done_and_can_be_set(dashboard, server, scored):
    page = dashboard.open("score")
    page.get_by_text("would have changed nothing on these days").or_(page.get_by_text("between accepted and review")).wait_for()
    limit = scored["good-0"]
    page.get_by_label("Accept from a score of").fill(str(limit))
    page.get_by_label("Reject below").fill(str(limit))
    page.get_by_text(f"Accepting from {limit} and rejecting below {limit} would have kept back").wait_for()
    query = f"/api/v1/score/whatif?accept_at={limit}&reject_below={limit}"
    answer = server.call("GET", query)[1]
    lost = answer["no_longer_sent"]
    assert lost["leads"] >= 3 and lost["approved"] >= 1
    assert f"{lost['approved']} approved, worth" in dashboard.text and "paid all the same" in dashboard.text
    decisions = {row[0]: row for row in rows(page, "Decisions then and with these thresholds")}
    assert decisions["Rejected"][1:3] == [str(answer[part]["rejected"]) for part in ("as_decided", "what_if")]
    groups = {row[0]: row for row in rows(page, "Leads that are sent on, then and with these thresholds")}
    assert groups["No longer sent"][1] == str(lost["leads"])
    assert server.call("GET", "/api/v1/account")[1]["thresholds"]["accept_at"] == 40, "nothing changes by trying"
    page.get_by_role("button", name="Use these from now on").click()
    page.get_by_text(f"From now on leads are accepted from {limit} and rejected below {limit}.").wait_for()
    assert server.call("GET", "/api/v1/account")[1]["thresholds"] == {"accept_at": limit, "reject_below": limit}
    assert dashboard.complaints == []


def test_thresholds_that_cannot_be_are_told_with_the_remedy(dashboard, scored):
    page = dashboard.open("score")
    page.get_by_label("Accept from a score of").fill("10")
    page.get_by_label("Reject below").fill("20")
    page.get_by_text("must not be above accept_at, which is 10").wait_for()
    page.get_by_label("Reject below").fill("5")
    page.get_by_text("Accepting from 10 and rejecting below 5").wait_for()
    assert page.get_by_text("must not be above").count() == 0


def test_a_range_without_leads_says_what_to_do_next(dashboard, scored):
    page = dashboard.open("score?from=2020-01-01&to=2020-01-31")
    page.get_by_text("No leads in this range").wait_for()
    page.get_by_text("There is no lead in this range to try thresholds on").wait_for()
    page.get_by_role("button", name="30 days").click()
    page.get_by_role("group", name="Leads and approval by score band").wait_for()
    assert "from=" in page.url and "2020" not in page.url
