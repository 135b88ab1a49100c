"""The reference, made of openapi.yaml: every endpoint by group, and the shapes that they share."""

import json
from html import escape

from page import code_block, guide_links, inline, markdown, page, slug
from shapes import Shapes

METHODS = ["get", "post", "put", "patch", "delete", "head"]
LANGUAGES = {"sh": "curl", "php": "PHP", "py": "Python", "mjs": "Node", "html": "Browser HTML"}
KEY_ENDPOINTS = [
    ("decision", "decide", "Send a lead → receive its score and its way to a partner."),
    ("usage", "showUsage", "Check this month's usage and what is left of the plan."),
    ("recent", "listRecentEvents", "Get the newest decision events with their reasons. No contact data."),
]
PROSE = ["Authentication", "Rate limits", "Errors", "Normalised values"]


def operations(document):
    """(path, method, operation) in the document's order."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def reference_page(document, folder):
    shapes = Shapes(document)
    listed = list(operations(document))
    by_id = {operation["operationId"]: (path, method) for path, method, operation in listed}
    body = [f'<h1>API documentation</h1><div class="panel">{markdown(document["info"]["description"])}'
            '<p>The same for machines: <a href="/openapi.yaml">openapi.yaml</a> (OpenAPI 3.1).</p></div>',
            '<h2 id="key-endpoints">Key endpoints</h2>']
    body += [key_endpoint(name, by_id[operation], operation, text, folder) for name, operation, text in KEY_ENDPOINTS]
    body.append(f'<div class="panel">{markdown((folder / "api.md").read_text())}</div>')
    for tag in document["tags"]:
        body.append(f'<h2 id="{slug(tag["name"])}">{escape(tag["name"])}</h2><p class="quiet">{inline(tag["description"])}</p>')
        body += [endpoint(*one, shapes, document) for one in listed if one[2]["tags"] == [tag["name"]]]
    body.append('<h2 id="shapes">Shapes</h2><p class="quiet">What several answers hold.</p>')
    body += shapes.sections()
    groups = [
        ("Guides", guide_links()),
        ("Start", [("#key-endpoints", "Key endpoints")] + [("#" + slug(name), name) for name in PROSE]),
        ("Endpoints", [("#" + slug(tag["name"]), tag["name"]) for tag in document["tags"]] + [("#shapes", "Shapes")]),
    ]
    return page("API documentation", groups, "", "\n".join(body))


def key_endpoint(name, address, operation, text, folder):
    path, method = address
    blocks = [
        f'<div class="language" data-language="{ending}"><h4>{title}</h4>'
        + code_block((folder / f"examples/{name}.{ending}").read_text(), f"{method.upper()} {path} in {title}")
        + "</div>"
        for ending, title in LANGUAGES.items()
    ]
    return (
        f'<section class="panel"><h3><span class="method">{method.upper()}</span> <a href="#op-{operation}"><code>{path}</code></a></h3>'
        f'<p>{escape(text)}</p><div class="languages">{"".join(blocks)}</div></section>'
    )


def endpoint(path, method, operation, shapes, document):
    place = f"op-{operation['operationId']}"
    parts = [
        f'<section class="panel endpoint" id="{place}"><h3><span class="method">{method.upper()}</span> <code>{escape(path)}</code></h3>'
        f"<p><strong>{inline(operation['summary'])}.</strong></p>"
    ]
    if "description" in operation:
        parts.append(markdown(operation["description"]))
    parts.append(f'<p class="quiet small">{permission(operation)}</p>')
    parts += parameters(operation, shapes)
    parts += body(operation, shapes)
    parts += answers(operation, shapes)
    return "".join(parts) + "</section>"


def permission(operation):
    security = operation.get("security")
    if security is None:
        return "Needs a secret key or a session."
    names = [name for option in security for name in option]
    if not names:
        return "Needs no key."
    return "Needs a postback key or a secret key." if "postbackKey" in names else "Needs a secret or a publishable key."


def parameters(operation, shapes):
    listed = [shapes.resolved(one) for one in operation.get("parameters", [])]
    if not listed:
        return []
    rows = [
        (one["name"], one["in"] + (", required" if one.get("required") else ""), shapes.kind(one["schema"]),
         inline(one.get("description", "")) + shapes.limits(one["schema"]))
        for one in listed
    ]
    return ["<h4>Parameters</h4>", shapes.table(["name", "in", "type", "meaning"], rows)]


def body(operation, shapes):
    if "requestBody" not in operation:
        return []
    parts = []
    for kind, content in operation["requestBody"]["content"].items():
        parts.append(f"<h4>Body: <code>{kind}</code></h4>{shapes.fields(content['schema'], isRequest=True)}")
        examples = {"": {"value": content["example"]}} if "example" in content else content.get("examples", {})
        for name, example in examples.items():
            parts.append(code_block(written(example["value"]), f"{operation['operationId']}, body {name}".strip()))
    return parts


def answers(operation, shapes):
    parts = ["<h4>Answers</h4>"]
    problems = []
    for status, answer in operation["responses"].items():
        answer = shapes.resolved(answer)
        if int(status) >= 400 and "application/problem+json" in answer.get("content", {}):
            problems.append(status)
            continue
        parts.append(f'<p><span class="status">{status}</span> {inline(answer["description"])}</p>')
        for kind, content in answer.get("content", {}).items():
            if kind == "application/json":
                parts.append(shapes.fields(content["schema"]))
            else:
                parts.append(f"<p class='quiet small'>As <code>{kind}</code>: {inline(content['schema'].get('description', 'text'))}</p>")
            examples = {"": {"value": content["example"]}} if "example" in content else content.get("examples", {})
            for name, example in examples.items():
                label = example.get("summary", "")
                parts.append((f"<p>{escape(label)}</p>" if label else "")
                             + code_block(written(example["value"]), f"{operation['operationId']}, answer {status} {name}".strip()))
    if problems:
        parts.append(f'<p class="quiet small">Errors: {", ".join(problems)}. <a href="#errors">What they mean</a></p>')
    return parts


def written(value):
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False, default=str)
