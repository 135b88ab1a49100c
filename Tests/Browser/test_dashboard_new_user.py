"""What somebody needs who sees the dashboard for the first time: what comes next, what was done, what is wrong."""

import re

import pytest
from dashboard import lead

STEPS = {
    "sources": {"sources": []},
    "events/recent": {"events": []},
    "partners": {"partners": []},
    "postbacks": {"postbacks": [], "next": None},
    "forwards/health": {"forwards": [], "hosts": []},
}


def set_up(page, parts):
    """Answers as an account has them of which only `parts` are set up."""
    for path, body in (STEPS | parts).items():
        page.route(re.compile(rf"/api/v1/{path}(\?|$)"), answering(body))


def answering(body):
    return lambda route: route.fulfill(json=body)


def test_the_overview_says_what_comes_next_until_all_is_set_up(dashboard):
    set_up(dashboard.page, {})
    page = dashboard.open("overview")
    steps = page.locator("ol.steps li")
    page.get_by_role("heading", name="From here to your first lead in three minutes").wait_for()
    assert steps.count() == 5 and page.locator("ol.steps .is-done").count() == 0
    assert steps.get_by_role("link").all_inner_texts() == [
        "Make a source",
        "Events",
        "Add your partner",
        "Give your PP the postback URL",
        "Tell BackNova your tracker",
    ]
    set_up(page, {"sources": {"sources": [{"slug": "facebook_us"}]}, "events/recent": {"events": [{"event_id": "evt_1"}]}})
    page = dashboard.open("overview")
    page.get_by_role("heading", name="What is left to set up").wait_for()
    assert page.locator("ol.steps .is-done").count() == 2
    page.get_by_role("button", name="Hide these steps").click()
    assert steps.count() == 0
    dashboard.open("overview")
    assert steps.count() == 0


def test_steps_that_one_account_hid_are_there_for_the_next(dashboard, server):
    set_up(dashboard.page, {})
    page = dashboard.open("overview")
    page.get_by_role("button", name="Hide these steps").click()
    account = server.call("GET", "/api/v1/account")[1]
    page.route("**/api/v1/account", answering(account | {"account_id": "acc_another"}))
    page = dashboard.open("overview")
    page.get_by_role("button", name="Hide these steps").wait_for()


def test_the_steps_are_gone_once_all_is_done(dashboard, server, history):
    assert dashboard.open("overview").locator("ol.steps").count() == 0
    assert dashboard.complaints == []


def test_what_was_saved_is_seen_and_not_only_heard(dashboard, server, history):
    page = dashboard.open("sources/facebook_us")
    page.get_by_role("button", name="Save").click()
    told = page.locator(".told", has_text="Saved.")
    told.wait_for()
    assert told.is_visible()
    page.get_by_label("Your own name for it").fill("Facebook, US")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("main h1:has-text('Facebook, US (facebook_us)')")
    server.call("PATCH", "/api/v1/sources/facebook_us", {"name": "facebook_us"})


def test_a_field_that_is_being_mended_is_no_fault_any_more(dashboard):
    page = dashboard.open("forwards")
    page.get_by_role("button", name="Make the forward").click()
    page.wait_for_selector("[aria-invalid]")
    page.get_by_role("button", name="Keitaro").click()
    assert page.locator("[aria-invalid]").count() == 0
    assert page.locator(".field-error:not(:empty)").count() == 0


@pytest.mark.parametrize(
    "label, text, name, said",
    [
        ("Fields, one a line", "email = {email}\nphone {phone}", "fields", "phone {phone}"),
        ("Headers, one a line", "X-Token secret", "headers", "without a name and a colon"),
        ("Countries", "USA", "filters.countries", "two letters"),
    ],
)
def test_a_line_that_means_nothing_is_not_saved(dashboard, server, history, label, text, name, said):
    page = dashboard.open("partners/pp-seen")
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("[aria-invalid]")
    assert said in page.locator(f"[data-error='{name}']").inner_text()
    assert "PATCH" not in sent


def test_a_threshold_above_the_other_is_told_in_the_words_of_the_page(dashboard):
    page = dashboard.open("account/settings")
    page.get_by_label("Accept at a score of").fill("10")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("[aria-invalid]")
    said = page.locator("[data-error='thresholds.reject_below']").inner_text()
    assert said == "This must not be above the score that is accepted."


def test_a_page_that_was_never_opened_says_that_the_network_is_lost(dashboard):
    page = dashboard.open("overview")
    page.context.set_offline(True)
    page.get_by_role("link", name="How it works").click()
    page.get_by_text("The server could not be reached.").wait_for()
    assert "Check your connection" in dashboard.text
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    page.get_by_role("heading", name="How It All Works Together").wait_for()


def test_something_that_is_not_there_leads_back_to_its_list(dashboard):
    page = dashboard.open("sources/never_made")
    page.get_by_role("link", name="Back to the list").click()
    page.wait_for_selector("main h1:has-text('Sources')")


def test_sending_a_range_again_says_how_many_and_then_sends_them(dashboard, history):
    """The steps of a long range are played by a mock; test_dashboard_steady.py sends a short one for real."""
    page, calls = dashboard.page, []

    def answer(route):
        body = route.request.post_data_json
        calls.append(("dry_run=1" in route.request.url, body.pop("after", None), body))
        first = calls[-1][1] is None
        route.fulfill(json={"replayed": 3 if first else 2, "dropped": 0, "next": "dlv_3" if first else None})

    page.route("**/api/v1/forwards/replay*", answer)
    dashboard.open(f"forwards/{history['id']}")
    form = page.get_by_role("form", name="Send a range again")
    form.locator("[name=from]").fill("2026-11-01")
    form.locator("[name=to]").fill("2026-11-07")
    page.get_by_role("button", name="Send these again").click()
    page.get_by_text("5 deliveries would go to this tracker again, and to no other. Nothing is sent yet.").wait_for()
    assert [dry for dry, _, _ in calls] == [True, True]
    page.get_by_role("button", name="Yes, send 5 deliveries again").click()
    page.locator(".told", has_text="5 deliveries are on the way again.").wait_for()
    range = {"from": "2026-11-01", "to": "2026-11-07", "forward": history["id"]}
    assert calls == [(dry, after, range) for dry in (True, False) for after in (None, "dlv_3")]


def test_where_nothing_is_to_be_sent_again_it_is_said_and_dropped_ones_can_be_looked_for(dashboard, history):
    page = dashboard.open(f"forwards/{history['id']}")
    page.route(
        "**/api/v1/forwards/replay*", lambda route: route.fulfill(json={"replayed": 0, "dropped": 0, "next": None})
    )
    page.get_by_role("button", name="Send these again").click()
    page.locator(".told", has_text="There is nothing to send again in these days.").wait_for()
    with page.expect_request("**/deliveries?state=dropped*"):
        page.get_by_role("button", name="Dropped").click()
    page.get_by_text("None is dropped").wait_for()


def test_a_template_for_a_panel_is_not_called_ignored(dashboard, server):
    page = dashboard.open("postbacks/linter")
    page.get_by_label("Postback URL", exact=True).fill(
        f"{server.url}/api/postback?api_key={server.keys['postback']}"
        "&click_id={clickid}&status={status}&payout={payout}&txid={txid}"
    )
    page.get_by_role("button", name="Check the URL").click()
    page.get_by_role("heading", name="It is a template for a panel").wait_for()
    said = page.locator("main").inner_text()
    assert "ignored" not in said and "still holds the name of a macro" not in said and "KEY stands for" in said


def test_what_was_erased_is_not_said_to_be_never_sent(dashboard, server):
    address = "erased-story@example.org"
    event = lead(server, "erased-story", form_data={"email": address})["event_id"]
    server.call("POST", "/api/v1/privacy/erase", {"email": address})
    facts = dashboard.open(f"events/{event}").locator(".facts").first
    assert "E-mail\nerased, or not sent" in facts.inner_text() and "Time on site\nerased, or not sent" in facts.inner_text()


def test_a_button_that_waited_has_the_focus_again(dashboard, server, history):
    page = dashboard.open("sources/facebook_us")
    page.get_by_role("button", name="Save").press("Enter")
    page.locator(".told", has_text="Saved.").wait_for()
    page.wait_for_function("() => document.activeElement.textContent === 'Save'")
