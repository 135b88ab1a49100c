"""openapi.yaml as the tests read it."""

import copy

import yaml
from jsonschema import Draft202012Validator, FormatChecker
from server import REPOSITORY

FILE = REPOSITORY / "public/openapi.yaml"
METHODS = {"get", "post", "put", "patch", "delete", "head"}


def document():
    return yaml.load(FILE.read_text(), Loader=_Loader)


class _Loader(yaml.SafeLoader):
    """Dates stay texts, as in JSON."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def operations(read):
    """(path, method, operation), references to parameters and answers resolved."""
    for path, item in read["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield path, method, resolved(read, operation)


def resolved(read, operation):
    operation = dict(operation)
    operation["parameters"] = [follow(read, one) for one in operation.get("parameters", [])]
    operation["responses"] = {status: follow(read, one) for status, one in operation["responses"].items()}
    return operation


def follow(read, node):
    while "$ref" in node:
        target = read
        for part in node["$ref"].removeprefix("#/").split("/"):
            target = target[part]
        node = target
    return node


def faults(read, schema, value, is_strict=False):
    """What is wrong with a value, as texts. Strictly: members that the schema does not name are wrong too."""
    root = strict(read) if is_strict else read
    schema = closed(schema) if is_strict else schema
    validator = Draft202012Validator(
        {"$ref": "#/$defs/it", "$defs": {"it": schema}, "components": root["components"]}, format_checker=FormatChecker()
    )
    return [f"{error.json_path}: {error.message[:300]}" for error in validator.iter_errors(value)]


def strict(read):
    read = copy.deepcopy(read)
    schemas = read["components"]["schemas"]
    for name in schemas:
        schemas[name] = closed(schemas[name], is_part=name in _parts(read))
    return read


def _parts(read):
    """Names of shapes that stand in an `allOf`, and so must stay open there."""
    found = set()

    def look(node):
        if isinstance(node, dict):
            found.update(one["$ref"].rsplit("/", 1)[1] for one in node.get("allOf", []) if "$ref" in one)
            for inner in node.values():
                look(inner)
        elif isinstance(node, list):
            for inner in node:
                look(inner)

    look(read)
    return found


def closed(schema, is_part=False):
    """The schema with every object of named members closed, parts of an `allOf` left open and the whole closed."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {}
    for key, value in schema.items():
        if key == "allOf":
            made[key] = [closed(one, is_part=True) for one in value]
        elif key == "properties":
            made[key] = {name: closed(one) for name, one in value.items()}
        else:
            made[key] = closed(value) if key in ("items", "anyOf", "additionalProperties") else value
    if not is_part and "additionalProperties" not in made and ("properties" in made or "allOf" in made):
        made["unevaluatedProperties"] = False
    return made
