"""openapi.yaml: valid, equal to the routes, its examples right, and what the server answers as it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from api_document import FILE, document, faults, operations
from openapi_spec_validator import validate
from server import REPOSITORY, Server

READ = document()
OPERATIONS = list(operations(READ))


@pytest.fixture(scope="module")
def own_server():
    """What is fuzzed is not what the other tests look at."""
    server = Server()
    yield server
    server.remove()


def test_it_is_valid():
    validate(READ)


def test_it_has_the_routes_and_no_others():
    text = (REPOSITORY / "Sources/Web/Routes.swift").read_text()
    routes = re.findall(r'Route\(\s*method: "([A-Z]+)", path: "([^"]+)"', text)
    assert len(routes) == text.count("Route(") > 60, "a route is written in a way that this test cannot read"
    assert {(method.upper(), path) for path, method, _ in OPERATIONS} == set(routes)


def test_operations_have_names_of_their_own_and_groups_that_exist():
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(names) == len(set(names))
    tags = {tag["name"] for tag in READ["tags"]}
    assert {tag for _, _, operation in OPERATIONS for tag in operation["tags"]} == tags


def test_errors_are_problems():
    for path, method, operation in OPERATIONS:
        for status, answer in operation["responses"].items():
            if int(status) >= 400 and path != "/healthz":
                assert list(answer["content"]) == ["application/problem+json"], (method, path, status)
            if status in ("429", "503"):
                assert "Retry-After" in answer["headers"], (method, path, status)


def test_a_path_with_a_name_in_it_says_what_the_name_is():
    for path, method, operation in OPERATIONS:
        named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert named == set(re.findall(r"{(\w+)}", path)), (method, path)


def _examples():
    for path, method, operation in OPERATIONS:
        contents = [("body", operation.get("requestBody", {}))] + list(operation["responses"].items())
        for place, holder in contents:
            for kind, content in holder.get("content", {}).items():
                listed = [content["example"]] if "example" in content else []
                listed += [example["value"] for example in content.get("examples", {}).values()]
                for number, value in enumerate(listed):
                    name = f"{operation['operationId']}-{place}-{kind.split('/')[1]}-{number}"
                    yield pytest.param(content["schema"], value, id=name)


@pytest.mark.parametrize(("schema", "value"), list(_examples()))
def test_an_example_is_what_its_schema_allows(schema, value):
    assert faults(READ, schema, value, is_strict=True) == []


def test_every_body_has_an_example():
    for path, method, operation in OPERATIONS:
        contents = operation.get("requestBody", {}).get("content", {})
        if contents:
            assert any("example" in one or "examples" in one for one in contents.values()), (method, path)


def test_without_a_key_nothing_is_answered_but_401(own_server):
    for path, method, operation in OPERATIONS:
        if operation.get("security") == [] or method == "head":
            continue
        status, answer = own_server.call(method.upper(), re.sub(r"{\w+}", "x", path), key=None)
        assert (status, answer["code"]) == (401, "missing_key"), (method, path)


def test_a_bad_key_opens_nothing(own_server):
    """Wherever a key can stand. After 20 bad ones a minute it is 429, which opens as little."""
    bad = "A" * 32
    seen = set()
    for path, method, operation in OPERATIONS:
        if operation.get("security") == [] or method == "head":
            continue
        for headers in (
            {"Authorization": f"Bearer bn_live_{bad}"},
            {"X-API-Key": f"bn_pub_{bad}"},
            {"Cookie": f"__Host-backnova={bad}", "Origin": own_server.url},
        ):
            where = re.sub(r"{\w+}", "x", path) + (f"?api_key=bn_pb_{bad}" if path == "/api/postback" else "")
            status, answer = own_server.call(method.upper(), where, key=None, headers=headers)
            assert status in (401, 429), (method, path, answer)
            seen.add(status)
    assert seen == {401, 429}
    assert own_server.call("GET", "/api/v1/usage")[0] == 200, "who has a good key is not kept out by it"


@pytest.mark.parametrize("kind", ["publishable", "postback"])
def test_a_lesser_key_opens_only_what_is_its_own(own_server, kind):
    own = {"publishable": "/api/v1/decision", "postback": "/api/postback"}[kind]
    for path, method, operation in OPERATIONS:
        if operation.get("security") == [] or method == "head" or path in (own, "/api/postback"):
            continue
        status, answer = own_server.call(method.upper(), re.sub(r"{\w+}", "x", path), key=kind)
        assert (status, answer["code"]) == (403, "key_not_allowed"), (method, path, answer)


def test_fuzzed_calls_are_answered_as_it_says(own_server):
    """BACKNOVA_SCHEMATHESIS=long takes many more examples, other ones each time, and every limit of every schema.
    schemathesis.toml says which checks are off, and why."""
    is_long = os.environ.get("BACKNOVA_SCHEMATHESIS") == "long"
    some = ["--phases", "examples,fuzzing,stateful", "--max-examples", "25", "--seed", "1", "--no-shrink"]
    many = ["--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "100"]
    done = subprocess.run(
        [
            sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()",
            "--config-file", str(Path(__file__).with_name("schemathesis.toml")), "run", str(FILE),
            "--url", own_server.url, "--tls-verify", str(own_server.state / "tls/certificate.pem"),
            "--header", f"Authorization: Bearer {own_server.keys['secret']}",
            *(many if is_long else some),
            "--generation-database", "none", "--continue-on-failure", "--warnings", "off", "--no-color",
        ],
        cwd=own_server.folder, env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True, text=True, timeout=7_200 if is_long else 600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]
    _, counted = own_server.call("GET", "/metrics")
    taken = sum(int(number) for number in re.findall(r'requests_total{.*status="20[01]"} (\d+)', counted))
    assert own_server.call("GET", "/api/v1/usage")[0] == 200 and taken > 300, "the calls did not get behind the gate"
