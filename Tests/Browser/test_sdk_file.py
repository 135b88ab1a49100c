"""The SDK as a file: size, source, hash, headers, and what it must not do."""

import base64
import gzip
import hashlib
import re
import ssl
import subprocess
import urllib.request

from sdk_pages import FORM, SDK, fill, landing
from server import REPOSITORY

SOURCE = SDK.parent / "src"
BUILD = REPOSITORY / "script/sdk"

# The hash of each released file by its name, written down with the release: such a file never changes.
RELEASED = {}


def built(*parts):
    return subprocess.run([BUILD, *(f"src/{part}.js" for part in parts)], capture_output=True, check=True).stdout


def test_what_is_served_is_made_of_the_source():
    assert built("visit", "secrets", "hash", "form", "keep", "pageless", "signals", "core") == SDK.read_bytes(), "run script/sdk and commit what it makes"


def test_the_hash_for_snippets_is_that_of_the_file():
    digest = base64.b64encode(hashlib.sha384(SDK.read_bytes()).digest()).decode()
    assert (SDK.parent / "v1.js.sri").read_text() == f"sha384-{digest}\n"
    assert f'"sha384-{digest}"' in (REPOSITORY / "Sources/Web/SDKFile.swift").read_text(), "run script/sdk"


def test_the_pages_code_names_the_hash_of_the_file_that_is_served(server):
    server.call("POST", "/api/v1/sources", {"slug": "hashed_us"})
    _, answer = server.call("GET", "/api/v1/sources/hashed_us/snippet?kind=html")
    served = urllib.request.urlopen(server.url + "/sdk/v1.js", context=ssl._create_unverified_context()).read()
    digest = base64.b64encode(hashlib.sha384(served).digest()).decode()
    assert f' integrity="sha384-{digest}" crossorigin="anonymous" ' in answer["code"]


def test_what_is_released_is_frozen():
    for name, released in RELEASED.items():
        digest = base64.b64encode(hashlib.sha384((SDK.parent / name).read_bytes()).digest()).decode()
        assert f"sha384-{digest}" == released, f"{name} is out there: make another version of it"


def test_it_is_small():
    assert len(gzip.compress(SDK.read_bytes(), 9)) <= 5 * 1024
    core = built("visit", "form", "secrets", "core")
    assert b"stopImmediatePropagation" in core and len(gzip.compress(core, 9)) <= 3 * 1024


def test_it_uses_nothing_that_a_strict_page_forbids():
    text = SDK.read_text()
    assert text.isascii(), "a page's own character set would spoil it"
    for word in (
        r"\.cookie",
        r"\beval\b",
        r"new Function",
        "innerHTML",
        r"\.style\b",
        "document.write",
        "XMLHttpRequest",
        "sendBeacon",
    ):
        assert not re.search(word, text), word
    assert re.findall(r"https?://[\w.]*", text) == ["http://"], "only what reads a domain's punycode"


def test_it_adds_one_name_to_the_page(page, site, api):
    site.pages["/without"] = FORM
    site.pages["/"] = landing(api.url, FORM)
    page.goto(site.url + "/without")
    before = page.evaluate("Object.getOwnPropertyNames(window)")
    api.answers = [{"event_id": "evt_1", "decision": "accept", "route": {"delivery": "accepted"}}]
    page.goto(site.url + "/")
    fill(page)
    page.get_by_text("Thank you!").wait_for()
    assert set(page.evaluate("Object.getOwnPropertyNames(window)")) - set(before) == {"backnova"}


def test_how_it_is_served(server):
    request = urllib.request.Request(
        server.url + "/sdk/v1.js", headers={"Accept-Encoding": "gzip", "Origin": "https://a.example"}
    )
    answer = urllib.request.urlopen(request, context=ssl._create_unverified_context())
    headers = answer.headers
    body = answer.read()
    assert headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age=86400" in headers["Cache-Control"] and "public" in headers["Cache-Control"]
    assert headers["ETag"]
    assert headers["Content-Encoding"] == "gzip" and len(body) <= 5 * 1024
    assert gzip.decompress(body) == SDK.read_bytes()


def test_a_page_with_a_strict_policy_and_the_hash(page, site, api):
    policy = f"default-src 'none'; script-src {api.url}; connect-src {api.url}; form-action 'self'; require-trusted-types-for 'script'"
    html = landing(api.url, attributes=f'crossorigin integrity="{(SDK.parent / "v1.js.sri").read_text().strip()}"')
    site.pages["/"] = lambda _: (200, {"Content-Type": "text/html", "Content-Security-Policy": policy}, html.encode())
    api.answers = [{"event_id": "evt_1", "decision": "accept", "route": {"delivery": "accepted"}}]
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(site.url + "/")
    fill(page)
    page.get_by_text("Thank you!").wait_for()
    assert said == []


def test_a_changed_file_does_not_run_and_the_form_still_goes_through(page, site, api):
    site.pages["/"] = landing(api.url, FORM, attributes='crossorigin integrity="sha384-' + "A" * 64 + '"')
    site.pages["/order"] = "Thanks from the page"
    page.goto(site.url + "/")
    assert page.evaluate("window.backnova") is None
    fill(page)
    page.get_by_text("Thanks from the page").wait_for()
    assert api.decisions == []
