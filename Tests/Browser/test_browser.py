"""The browser and the server themselves."""


def test_the_browser_reads_the_servers_answer(page, server):
    answer = page.goto(server.url + "/healthz")
    assert answer.status == 200
    assert answer.json()["status"] == "ok"
