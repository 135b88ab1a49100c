"""The documentation: up to date, small, readable by everybody, its links right, and its examples run as they stand."""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from server import REPOSITORY

DOCS = REPOSITORY / "public/docs"
EXAMPLES = REPOSITORY / "docs/examples"
PAGES = ["/docs", "/docs/"] + [f"/docs/guides/{file.name}" for file in sorted((DOCS / "guides").glob("*.html"))]
LANGUAGES = {"sh": "bash", "php": "php", "py": "python3", "mjs": "node"}
NAMES = ["decision", "usage", "recent"]


def test_the_pages_are_those_that_script_docs_makes():
    code = "import sys, json; sys.path.insert(0, 'script/docs.d'); import build; print(json.dumps(build.pages()))"
    made = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    pages = json.loads(made.stdout)
    assert set(pages) == {str(file.relative_to(DOCS)) for file in DOCS.rglob("*.html")}
    for path, text in pages.items():
        assert (DOCS / path).read_text() == text, f"{path}: run script/docs"


def test_all_of_it_is_small():
    files = [file for file in DOCS.rglob("*") if file.is_file()]
    files += [REPOSITORY / "public/openapi.yaml"] + list((REPOSITORY / "public/dashboard").glob("theme.*"))
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) <= 100_000


def test_nothing_stands_inline_or_comes_from_elsewhere():
    for file in DOCS.rglob("*.html"):
        text = file.read_text()
        assert not re.search(r"<style|<script(?! src=\"/)|\sstyle=|\son\w+=|javascript:", text), file.name
        assert all(source.startswith("/") for source in re.findall(r'<(?:link[^>]* href|script src|img src)="([^"]*)"', text))


def test_it_is_served_with_its_headers(server):
    for path, kind in [(page, "text/html") for page in PAGES] + [("/openapi.yaml", "application/yaml; charset=utf-8")]:
        answer = subprocess.run(["curl", "-skI", server.url + path], capture_output=True, text=True, check=True).stdout.lower()
        assert " 200" in answer.splitlines()[0], path
        assert f"content-type: {kind}\r" in answer.replace("\n", "\r"), path
        assert "content-security-policy: default-src 'none'" in answer and "nosniff" in answer, path
    assert server.call("GET", "/openapi.yaml", key=None)[1].startswith("openapi: 3.1")
    assert server.call("GET", "/docs/nothing", key=None)[0] == 404


@pytest.mark.parametrize(("width", "theme"), [(360, "dark"), (1280, "light")])
def test_everybody_can_read_it(browser, server, width, theme):
    context = browser.new_context(
        ignore_https_errors=True, viewport={"width": width, "height": 800}, color_scheme=theme
    )
    page = context.new_page()
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda request: said.append(request.url))
    for path in PAGES[1:]:
        page.goto(server.url + path)
        page.wait_for_load_state("networkidle")
        assert page.evaluate("document.documentElement.dataset.theme") == theme
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert said == []
    context.close()


def test_its_links_lead_somewhere(server, page):
    ids, links = {}, {}
    for path in PAGES[1:]:
        page.goto(server.url + path)
        ids[path] = set(page.eval_on_selector_all("[id]", "all => all.map((one) => one.id)"))
        links[path] = page.eval_on_selector_all("a[href]", "all => all.map((one) => one.getAttribute('href'))")
        assert len(ids[path]) == len(page.query_selector_all("[id]")), f"{path} has an id twice"
    answers = {}
    for path, hrefs in links.items():
        for href in hrefs:
            address, fragment = urldefrag(urljoin(path, href))
            if urlsplit(address).netloc:
                assert address.startswith("https://"), address
                continue
            if address not in answers:
                answers[address] = server.call("GET", address, key=None)[0]
            assert answers[address] == 200, f"{path}: {href}"
            assert not fragment or fragment in ids[address], f"{path}: {href}"


def test_it_works_by_keyboard(server, page):
    page.goto(server.url + "/docs/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    tab = page.locator("[role=tab]").first
    tab.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "PHP"
    shown = page.locator(".language:visible")
    assert shown.count() == len(NAMES) and "<?php" in shown.first.inner_text()
    assert server.url in shown.first.inner_text(), "the examples name this host"
    page.locator("#theme").press("Enter")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_without_scripts_all_of_it_is_there(browser, server):
    context = browser.new_context(ignore_https_errors=True, java_script_enabled=False)
    page = context.new_page()
    page.goto(server.url + "/docs/")
    assert page.locator(".language:visible").count() == 5 * len(NAMES)
    context.close()


def example(server, name, ending):
    text = (EXAMPLES / f"{name}.{ending}").read_text().replace("https://backnova.example", server.url)
    return text.replace("YOUR_API_KEY", server.keys["secret"]).replace("YOUR_PUBLISHABLE_KEY", server.keys["publishable"])


@pytest.mark.parametrize("ending", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_an_example_runs_as_it_stands(server, tmp_path, name, ending):
    program = LANGUAGES[ending]
    if not shutil.which(program):
        pytest.skip(f"no {program} here")
    server.call("POST", "/api/v1/decision", {"source": "tiktok_us", "form_data": {"email": "kim@example.com"}})
    file = tmp_path / f"example.{ending}"
    file.write_text(example(server, name, ending))
    certificate = str(server.state / "tls/certificate.pem")
    trusts = {"CURL_CA_BUNDLE": certificate, "SSL_CERT_FILE": certificate, "NODE_EXTRA_CA_CERTS": certificate}
    done = subprocess.run([program, str(file)], env=os.environ | trusts, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    wanted = {"decision": r"accept|review|reject", "usage": r"\d+ of 25000|\"used\":\d+", "recent": r"tiktok_us"}[name]
    assert re.search(wanted, done.stdout), done.stdout


def test_the_pages_example_sends_a_lead_and_ends_well(server_without_partners, site, human, page):
    """No partner takes it, so the form goes to the page's own script, which must be one that takes a POST."""
    server = server_without_partners
    server.call("POST", "/api/v1/sources", {"slug": "tiktok_us"})
    site.pages["/"] = f'<!doctype html><html lang="en"><title>Offer</title>{example(server, "decision", "html")}</html>'
    site.pages["/order"] = lambda request: (
        (303, {"Location": "/thanks.html"}, b"") if request.method == "POST" else (405, {"Allow": "POST"}, b"")
    )
    thanks = b"<!doctype html><title>Thanks</title>"
    site.pages["/thanks.html"] = lambda request: (  # a file, which takes no POST
        (200, {"Content-Type": "text/html"}, thanks) if request.method == "GET" else (405, {"Allow": "GET"}, b"")
    )
    page.goto(f"{site.url}/?click_id=from-docs")
    page.locator("[name=name]").fill("Jo Doe")
    page.locator("[name=email]").fill("jo.docs@example.com")
    with page.expect_response("**/api/v1/decision") as answer:
        page.get_by_role("button", name="Send").click()
    assert answer.value.status == 200
    page.wait_for_url("**/thanks.html")
    assert page.title() == "Thanks"
    assert [order.form["email"] for order in site.got("POST", "/order")] == ["jo.docs@example.com"]
    _, found = server.call("GET", "/api/v1/events?click_id=from-docs")
    assert len(found["events"]) == 1


@pytest.mark.parametrize(
    ("name", "path", "asked", "shown"),
    [("usage", "/my-usage", "/api/v1/usage", "#used"), ("recent", "/my-events", "/api/v1/events/recent", "#events li")],
)
def test_the_pages_example_shows_what_its_server_asked(server, site, page, name, path, asked, shown):
    server.call("POST", "/api/v1/decision", {"source": "tiktok_us", "form_data": {"email": "kim@example.com"}})
    site.pages["/"] = f'<!doctype html><html lang="en"><title>Mine</title>{example(server, name, "html")}</html>'
    answer = json.dumps(server.call("GET", asked)[1]).encode()
    site.pages[path] = lambda _: (200, {"Content-Type": "application/json"}, answer)
    page.goto(site.url)
    page.locator(shown).filter(has_text=re.compile(r"\d+ of 25000|: \w+, score \d+")).first.wait_for()
