"""What is told once: a new key, a new person's password. It reaches whoever asked, on whatever page they are by then."""

import pytest
from test_dashboard_steady import Held


@pytest.mark.parametrize("path, place, label, button", [("account", "keys", "Name", "Make the key"), ("account/people", "people", "E-mail", "Add")])
def test_what_is_told_once_reaches_who_asked_and_no_page_that_did_not(dashboard, server, path, place, label, button):
    page = dashboard.open(path)
    held = Held(page, f"**/api/v1/{place}", lambda url: True)
    text = "once-asked@example.org"
    page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name=button, exact=True).click()
    held.wait()
    page.get_by_role("link", name="How it works").click()
    page.wait_for_selector("main h1:has-text('How It All Works Together')")
    held.release()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert len(dialog.locator("pre code").inner_text()) >= 12
    assert page.locator("main pre").filter(has_text=dialog.locator("pre code").inner_text()).count() == 0
    dialog.get_by_role("button", name="I have it").click()
    dialog.wait_for(state="detached")
    assert page.url.endswith("#/how")
    for one in server.call("GET", f"/api/v1/{place}")[1][place]:
        if text in (one.get("name"), one.get("email")):
            server.call("DELETE", f"/api/v1/{place}/{one['id']}")


def test_a_rotated_postback_key_means_by_its_words_what_the_old_one_did(dashboard, server):
    status, old = server.call("POST", "/api/v1/keys", {"kind": "postback", "name": "to be rotated"})
    server.call("PUT", f"/api/v1/postbacks/status-map?key={old['id']}", {"hooray": "approved"})
    page = dashboard.open("account")
    page.locator("tr", has_text="to be rotated").get_by_role("button", name="Rotate").click()
    page.get_by_role("button", name="Yes, rotate").click()
    page.get_by_role("dialog").get_by_text("Its own status words are those of the old one.").wait_for()
    page.get_by_role("button", name="I have it").click()
    alike = [key["id"] for key in server.call("GET", "/api/v1/keys")[1]["keys"] if key["name"] == "to be rotated"]
    assert len(alike) == 2
    for key in alike:
        assert server.call("GET", f"/api/v1/postbacks/status-map?key={key}")[1]["map"] == {"hooray": "approved"}
        server.call("DELETE", f"/api/v1/keys/{key}")
