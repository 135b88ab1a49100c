"""The dashboard in a real browser, on the real server."""

import gzip
import re
import ssl
import time
import urllib.request
from pathlib import Path

import pytest

from dashboard import PAGES, lead, log_in, opened, postback
from seed_texts import SEED


def all_pages(server, history):
    _, events = server.call("GET", "/api/v1/events/recent?limit=1")
    return PAGES + [
        f"events/{events['events'][0]['event_id']}",
        "sources/facebook_us",
        "sources/facebook_us/preview",
        f"forwards/{history['id']}",
        "partners/pp-seen",
    ]


# --- Logging in


def test_a_wrong_password_is_told_and_the_right_one_lets_in(page, server):
    log_in(page, server, password="not the password")
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "The e-mail address or the password is not right." in alert.inner_text()
    page.get_by_label("Password").fill(server.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("main h1:has-text('Overview')")
    page.get_by_role("button", name="Log out").click()
    page.get_by_text("You are logged out.").wait_for()


def test_an_expired_session_asks_to_log_in_and_goes_on_where_it_was(browser, server):
    context = browser.new_context(ignore_https_errors=True)
    page = context.new_page()
    log_in(page, server)
    page.wait_for_selector("main h1:has-text('Overview')")
    context.clear_cookies()
    page.get_by_role("link", name="Sources", exact=True).click()
    page.get_by_text("Your session has ended.").wait_for()
    page.get_by_label("E-mail").fill(server.email)
    page.get_by_label("Password").fill(server.password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("main h1:has-text('Sources')")
    context.close()


def test_an_empty_form_names_both_fields_beside_them(page, server):
    page.goto(server.url + "/")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("[aria-invalid]")
    assert page.locator("[data-error=email]").inner_text() == "This is missing."
    assert page.locator("[data-error=password]").inner_text() == "This is missing."
    assert page.evaluate("document.activeElement.name") == "email"


# --- What it is for


def test_a_source_is_made_by_a_template_and_its_code_works(dashboard, server):
    page = dashboard.open("sources")
    page.get_by_role("button", name="Google").click()
    slug = page.get_by_label("Source name")
    assert slug.input_value() == "google_cpc"
    slug.fill("google_test")
    page.get_by_role("button", name="Make the source and its code").click()
    page.wait_for_selector("main h1:has-text('google_test')")
    code = page.locator("pre code").first
    code.wait_for()
    assert f'data-key="{server.keys["publishable"]}" data-source="google_test"' in code.inner_text()
    page.get_by_role("button", name="Python").click()
    page.wait_for_function("() => document.querySelector('pre code')?.textContent.includes('urllib.request')")
    assert "click_id={gclid}" in page.locator("pre code").nth(1).inner_text()
    lead(server, "first-lead", source="google_test")
    page.get_by_text("It arrived").wait_for()


def test_a_bad_source_name_is_told_beside_the_field(dashboard):
    page = dashboard.open("sources")
    page.get_by_label("Source name").fill("Not A Slug")
    page.get_by_role("button", name="Make the source and its code").click()
    page.wait_for_selector("[aria-invalid]")
    assert "1 to 64 of a-z" in page.locator("[data-error=slug]").inner_text()


def test_a_decision_shows_in_the_feed_by_itself(dashboard, server, history):
    page = dashboard.open("events")
    answer = lead(server, "live-1")
    row = page.locator("tr", has_text="live-1")
    row.wait_for()
    assert str(answer["score"]) in row.inner_text()
    row.get_by_role("link").first.click()
    page.wait_for_selector("main h1:has-text('Lead live-1')")
    assert "Scored" in page.locator(".timeline").inner_text()


def test_revenue_is_on_the_overview_after_a_postback(dashboard, server, history):
    def revenue():
        text = dashboard.open("overview").locator(".tile", has_text="Revenue").first.locator(".figure").inner_text()
        return float(re.sub(r"[^0-9.]", "", text))

    lead(server, "paid-1")
    before = revenue()
    postback(server, click_id="paid-1", status="approved", payout="15.50")
    assert revenue() == pytest.approx(before + 15.50)


def test_an_unmapped_word_is_mapped_with_one_choice(dashboard, server, history):
    lead(server, "word-1")
    postback(server, click_id="word-1", status="approve", payout="7")
    page = dashboard.open("postbacks/words")
    row = page.locator("tr", has=page.locator("code", has_text=re.compile("^approve$")))
    row.get_by_role("button", name="Map it").click()
    row.get_by_role("button", name="Yes, map it").click()
    page.locator("main").get_by_text("“approve” is approved now.").wait_for()
    _, events = server.call("GET", "/api/v1/events?click_id=word-1")
    assert (events["events"][0]["status"], events["events"][0]["revenue"]) == ("approved", 7)


def test_a_network_s_words_are_used_after_it_was_said_what_they_would_do(dashboard, server, history):
    status, key = server.call("POST", "/api/v1/keys", {"kind": "postback", "name": "of a network"})
    presets = server.call("GET", "/api/v1/postbacks/presets")[1]["presets"]
    preset = [one for one in presets if one["words"]][-1]
    kept = lambda: server.call("GET", f"/api/v1/postbacks/status-map?key={key['id']}")[1]["map"]  # noqa: E731
    page = dashboard.open(f"postbacks/words?key={key['id']}")
    page.get_by_label("Network or platform").select_option(preset["slug"])
    page.get_by_role("button", name="Use this network’s words").click()
    page.get_by_role("button", name="Yes, use them").wait_for()
    assert kept() == {}
    page.get_by_role("button", name="Yes, use them").click()
    page.locator("main").get_by_text(f"The words of {preset['name']} are in use.").wait_for()
    assert kept() == preset["words"]
    page.get_by_label("Network or platform").select_option(preset["slug"])
    page.get_by_role("button", name="Use this network’s words").click()
    page.get_by_text("All of them are among the words above already.").wait_for()
    server.call("DELETE", f"/api/v1/keys/{key['id']}")


def test_the_linter_says_what_a_url_would_do(dashboard, server, history):
    page = dashboard.open("postbacks/linter")
    page.get_by_label("Postback URL", exact=True).fill(
        f"{server.url}/api/postback?api_key={server.keys['postback']}&click_id=seen-2&status=sale&payout=9&txid=9"
    )
    page.get_by_role("button", name="Check the URL").click()
    page.get_by_role("heading", name="It would do this").wait_for()
    assert "Nothing is wrong with it." in dashboard.text and "applied" in dashboard.text


def test_a_forward_is_made_by_a_template_and_previewed(dashboard, server):
    page = dashboard.open("forwards")
    page.get_by_role("button", name="Keitaro").click()
    preview = page.get_by_role("group", name="Preview of the URL")
    assert "subid=abc123&status=sale&payout=15.5&" in preview.inner_text()
    page.get_by_role("button", name="Make the forward").click()
    page.wait_for_selector("[aria-invalid]")
    assert "still has tracker.example" in page.locator("[data-error=url]").inner_text()
    page.get_by_label("Your tracker’s postback URL").fill("https://t.test/p?x={nonsense}")
    assert page.locator("[aria-invalid]").count() == 0  # it is being mended
    assert "These are no tokens: {nonsense}." in dashboard.text
    page.get_by_role("button", name="Make the forward").click()
    page.wait_for_selector("[aria-invalid]")
    assert "tokens that mean nothing" in page.locator("[data-error=url]").inner_text()
    page.get_by_label("Your tracker’s postback URL").fill("https://t.test/p?x={click_id}")
    page.get_by_role("button", name="Make the forward").click()
    page.wait_for_selector("main h1:has-text('keitaro')")


def test_a_conversion_reaches_the_tracker_and_shows_as_delivered(dashboard, server, site):
    site.pages["/postback"] = "OK"
    _, forward = server.call(
        "POST", "/api/v1/forwards", {"name": "local", "url": site.url + "/postback?subid={click_id}&p={payout}"}
    )
    lead(server, "told-1")
    postback(server, click_id="told-1", status="sale", payout="8.25")
    deadline = time.monotonic() + 30
    while not site.got("GET", "/postback") and time.monotonic() < deadline:
        time.sleep(0.1)
    assert [request.query for request in site.got("GET", "/postback")] == ["subid=told-1&p=8.25"]
    page = dashboard.open(f"forwards/{forward['id']}")
    row = page.locator("tr", has_text="told-1")
    row.get_by_text("delivered").wait_for()
    assert "fine" in page.locator(".page-head").inner_text()
    server.call("DELETE", f"/api/v1/forwards/{forward['id']}")


def test_a_secret_key_is_shown_once(dashboard, server):
    page = dashboard.open("account")
    page.get_by_label("Kind").select_option("secret")
    page.get_by_label("Name").fill("for a test")
    page.get_by_role("button", name="Make the key").click()
    page.get_by_text("shown this once and never again").wait_for()
    key = page.get_by_role("dialog", name="Your new key").locator("pre code").inner_text()
    assert re.fullmatch(r"bn_live_[0-9A-Za-z]{32}", key)
    assert key not in dashboard.open("account").content()
    assert server.call("GET", "/api/v1/usage", key=key)[0] == 200
    page.locator("tr", has_text="for a test").get_by_role("button", name="Rotate").click()
    page.get_by_role("button", name="Yes, rotate").click()
    page.get_by_text("Put it where the old one stands").wait_for()
    new = page.get_by_role("dialog", name="Your new key").locator("pre code").inner_text()
    page.get_by_role("button", name="I have it").click()
    assert new != key and [server.call("GET", "/api/v1/usage", key=one)[0] for one in (key, new)] == [200, 200]
    page.locator("tr", has_text="for a test").nth(1).get_by_role("button", name="Revoke").click()
    page.get_by_role("button", name="Yes, revoke").click()
    page.locator(".told", has_text="Revoked.").wait_for()
    assert sorted(server.call("GET", "/api/v1/usage", key=one)[0] for one in (key, new)) == [200, 401]
    row = page.locator("tr", has_text="for a test")
    row.get_by_role("button", name="Revoke").click()
    row.get_by_role("button", name="Yes, revoke").click()
    page.get_by_text("Revoked keys").wait_for()


# --- For everybody


def test_nothing_is_wider_than_a_phone(browser, server, session, history):
    context, dashboard = opened(browser, server, session, width=320, height=640)
    wide = [
        path
        for path in all_pages(server, history)
        if dashboard.open(path).evaluate("document.documentElement.scrollWidth") > 320
    ]
    context.close()
    assert wide == []


def test_the_theme_follows_the_system_until_it_is_chosen(browser, server, session):
    context, dashboard = opened(browser, server, session, theme="dark")
    page = dashboard.open("how")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.get_by_role("button", name="Use the light theme").click()
    light = page.evaluate(ground)
    assert dark == "rgb(15, 18, 23)" and light == "rgb(245, 246, 248)"
    page.reload()
    dashboard.wait()
    assert page.evaluate(ground) == light
    context.close()


def test_no_page_breaks_its_policy_or_complains(dashboard, server, history):
    for path in all_pages(server, history):
        dashboard.open(path)
    assert dashboard.complaints == []


def test_it_is_used_by_keys_alone(dashboard):
    page = dashboard.open("overview")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.get_by_role("link", name="Events", exact=True).focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("main h1:has-text('Events')")
    page.wait_for_function("() => document.activeElement.tagName === 'H1'")


@pytest.mark.parametrize("path", ["account/settings", "partners/pp-seen"])
def test_a_box_to_check_shows_that_it_has_the_focus(dashboard, history, path):
    page = dashboard.open(path)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('.form-check-input[type=checkbox]')"):
            break
    assert page.evaluate("""() => {
          const style = getComputedStyle(document.activeElement.closest('.form-check-input'));
          return [style.outlineStyle, style.outlineWidth, style.boxShadow];
        }""") == ["solid", "2px", "none"]


def test_a_server_that_is_away_is_told_with_a_way_on(dashboard):
    page = dashboard.open("how")
    page.route("**/api/v1/sources", lambda route: route.abort())
    page.get_by_role("link", name="Sources", exact=True).first.click()
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "could not be reached" in alert.inner_text()
    page.unroute("**/api/v1/sources")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_selector("h2:has-text('Your Active Sources')")


# --- What it says


@pytest.mark.parametrize("path", SEED)
def test_every_sentence_of_substance_is_there(dashboard, server, history, path):
    dashboard.open(path)
    text = dashboard.text
    assert [sentence for sentence in SEED[path] if sentence not in text] == []


def test_the_list_of_sources_says_that_it_loads(dashboard):
    page = dashboard.open("how")
    page.route("**/api/v1/sources", lambda route: (time.sleep(0.5), route.continue_()))
    page.get_by_role("link", name="Sources", exact=True).first.click()
    page.get_by_text("Loading sources...").wait_for()


def test_the_version_in_the_files_is_the_program_s(server):
    """It stands there before the program is asked."""
    version = server.call("GET", "/healthz")[1]["version"]
    files = Path(__file__).resolve().parents[2] / "public/dashboard"
    texts = {file.name: file.read_text() for file in [*files.rglob("*.js"), *files.rglob("*.html")]}
    named = [(name, said) for name, text in texts.items() for said in re.findall(r"\bv(\d+\.\d+)", text)]
    assert {name for name, _ in named} >= {"shell.js", "login.js", "index.html"}
    assert [one for one in named if one[1] != ".".join(version.split(".")[:2])] == []


def test_the_feed_says_once_that_it_loads(dashboard, history):
    page = dashboard.open("how")
    page.evaluate("""() => {
          globalThis.said = new Set();
          new MutationObserver((all) => {
            for (const { addedNodes } of all) for (const node of addedNodes) {
              const places = node.querySelectorAll ? [node, ...node.querySelectorAll('.loading')] : [];
              for (const one of places) if (one.matches?.('.loading') && one.textContent === 'Loading events…') said.add(one);
            }
          }).observe(document.body, { childList: true, subtree: true });
        }""")
    page.get_by_role("link", name="Events", exact=True).click()
    page.wait_for_selector("main table")
    assert page.evaluate("said.size") == 1


# --- How it is served


def test_the_files_are_small_and_guarded(browser, server, session):
    context, dashboard = opened(browser, server, session)
    sizes = []
    dashboard.page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    answer = dashboard.page.goto(server.url + "/")
    dashboard.wait()
    assert (
        "script-src 'self'" in answer.headers["content-security-policy"]
        and "unsafe" not in answer.headers["content-security-policy"]
    )
    assert answer.headers["x-content-type-options"] == "nosniff" and answer.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert sum(sizes) < 120_000
    context.close()


def test_long_lists_are_compressed_and_keys_never(server, history):
    for number in range(6):
        assert server.call("POST", "/api/v1/keys", {"kind": "publishable", "name": f"long list {number}"})[0] == 201
    for path, is_compressed in {"events/recent": True, "postbacks": True, "keys": False}.items():
        request = urllib.request.Request(f"{server.url}/api/v1/{path}", headers={"Accept-Encoding": "gzip"})
        request.add_header("Authorization", "Bearer " + server.keys["secret"])
        with urllib.request.urlopen(request, context=ssl._create_unverified_context()) as answer:
            body = answer.read()
            assert answer.headers["Content-Encoding"] == ("gzip" if is_compressed else None), path
            assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        assert len(gzip.decompress(body) if is_compressed else body) > 1_024, path


def test_a_key_stands_on_no_page_that_was_not_asked(dashboard, server, history):
    page = dashboard.open("postbacks")
    for kind in ("secret", "postback"):
        assert server.keys[kind] not in page.content()
    page.get_by_role("button", name="Show the key").click()
    page.get_by_role("button", name="Mask the key").wait_for()
    assert f"api_key={server.keys['postback']}" in page.get_by_role("group", name="Postback URL").inner_text()
