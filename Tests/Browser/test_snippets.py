"""The code that the generator makes, used as it stands."""

import http.client
import os
import shutil
import socket
import subprocess
import time
import urllib.parse

import pytest

from dashboard import Dashboard, log_in
from sdk_pages import FORM
from server import free_port


def snippet(server, source, kind):
    server.call("POST", "/api/v1/sources", {"slug": source})
    status, answer = server.call("GET", f"/api/v1/sources/{source}/snippet?kind={kind}")
    assert status == 200
    return answer["code"].replace("YOUR_API_KEY", server.keys["secret"])


def came(server, source):
    _, answer = server.call("GET", "/api/v1/events?click_id=abc123")
    return [event for event in answer["events"] if event["source"] == source]


COMMANDS = {
    "curl": lambda file: ["bash", file],
    "python": lambda file: ["python3", file],
    "node": lambda file: ["node", file],
}


@pytest.fixture
def served_php(server, tmp_path):
    """Serves a file as a landing page's server would; gives its URL."""
    served = []

    def serve(file):
        port = free_port()
        trust = f"curl.cainfo={server.state / 'tls/certificate.pem'}"
        command = ["php", "-n", "-d", "extension=curl", "-d", trust, "-S", f"127.0.0.1:{port}", str(file)]
        served.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=(tmp_path / "said").open("wb")))
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and socket.socket().connect_ex(("127.0.0.1", port)):
            time.sleep(0.05)
        return f"http://127.0.0.1:{port}/"

    yield serve
    for process in served:
        process.terminate()
        process.wait()


def post(url, fields):
    """The status and the Location of what answers a form."""
    address = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=30)
    connection.request(
        "POST", "/", urllib.parse.urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"}
    )
    answer = connection.getresponse()
    return answer.status, answer.getheader("Location")


def test_the_php_code_takes_a_pages_form(server, tmp_path, served_php):
    file = tmp_path / "lead.php"
    file.write_text(snippet(server, "made_php", "php"))
    url = served_php(file)
    fields = {"click_id": "abc123", "name": "Pia Hopper", "email": "pia@example.com", "phone": "+12125550142"}
    said = lambda: [line for line in (tmp_path / "said").read_text().splitlines() if "BackNova" in line]
    assert post(url, fields) == (302, "/thanks.html")
    assert len(came(server, "made_php")) == 1
    # Accepted, and there is no partner that takes it.
    assert len(said()) == 1 and "delivered no lead" in said()[0]
    # What is no UTF-8 costs its own character, not the lead; the same phone is a duplicate, which nobody shall have.
    assert post(url, fields | {"name": b"Pi\xe0", "email": "pia2@example.com"})[0] == 302
    assert len(came(server, "made_php")) == 2 and len(said()) == 1
    file.write_text(file.read_text().replace(server.keys["secret"], "bn_live_wrong"))
    assert post(url, fields)[0] == 302
    assert len(said()) == 2 and "This key does not exist" in said()[1] and "pia" not in "".join(said())


@pytest.mark.parametrize("kind", COMMANDS)
def test_the_code_runs_as_it_stands(server, tmp_path, kind):
    program = COMMANDS[kind]("")[0]
    if not shutil.which(program):
        pytest.skip(f"no {program} here")
    source = f"made_{kind}"
    file = tmp_path / ("lead.mjs" if kind == "node" else "lead")
    file.write_text(snippet(server, source, kind))
    certificate = str(server.state / "tls/certificate.pem")
    trusts = {"CURL_CA_BUNDLE": certificate, "SSL_CERT_FILE": certificate, "NODE_EXTRA_CA_CERTS": certificate}
    done = subprocess.run(
        COMMANDS[kind](str(file)), env=os.environ | trusts, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert len(came(server, source)) == 1


def test_the_pages_code_sends_a_lead_that_the_dashboard_shows(browser, server, site, human, page):
    source = "pasted_us"
    server.call("POST", "/api/v1/sources", {"slug": source})
    context = browser.new_context(ignore_https_errors=True)
    context.set_default_timeout(20_000)
    dashboard = Dashboard(context.new_page(), server)
    log_in(dashboard.page, server)
    dashboard.page.wait_for_selector("main h1:has-text('Overview')")
    code = dashboard.open(f"sources/{source}").locator("pre code").first.inner_text()
    assert 'integrity="sha384-' in code
    site.pages["/"] = f'<!doctype html><html lang="en"><title>Offer</title>{FORM}{code}</html>'
    page.goto(f"{site.url}/?click_id=pasted-1&sub1=private")
    page.locator("[name=name]").fill("Jo Canary")
    page.locator("[name=email]").fill("jo.canary@example.com")
    page.get_by_role("button", name="Send").click()
    dashboard.page.locator("main").get_by_text("It arrived").wait_for()
    assert "pasted-1" in dashboard.text and "private" not in dashboard.text
    context.close()
