"""What stands round every page, and Markdown."""

import re
from html import escape

from markdown_it import MarkdownIt

GUIDES = {
    "first-lead": "First lead in three minutes",
    "keitaro": "Keitaro",
    "binom": "Binom",
    "voluum": "Voluum",
    "partner-panel": "A partner's panel",
    "moving": "Moving from another tool",
}

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def slug(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def code_block(text, label):
    """Code that can be scrolled by keyboard and copied."""
    return (
        f'<div class="code"><button class="copy" type="button" hidden>Copy</button>'
        f'<pre tabindex="0" role="group" aria-label="{escape(label)}"><code>{escape(text.rstrip())}</code></pre></div>'
    )


def _fence(tokens, index, *_):
    info = tokens[index].info.strip() or "text"
    number = sum(token.type == "fence" for token in tokens[: index + 1])
    return code_block(tokens[index].content, f"Example {number}: {info}")


def _heading_open(tokens, index, *_):
    return f'<{tokens[index].tag} id="{slug(tokens[index + 1].content)}">'


def _table_open(*_):
    return '<div class="wide" tabindex="0" role="group" aria-label="Table"><table>'


def _table_close(*_):
    return "</table></div>"


def _th_open(*_):
    return '<th scope="col">'


for _name, _rule in {
    "fence": _fence,
    "heading_open": _heading_open,
    "table_open": _table_open,
    "table_close": _table_close,
    "th_open": _th_open,
}.items():
    _markdown.renderer.rules[_name] = _rule


def markdown(text):
    return _markdown.render(text)


def inline(text):
    return _markdown.renderInline(" ".join(text.split()))


def navigation(groups, current):
    """`groups`: (heading, [(address, name)])."""
    lines = []
    for heading, links in groups:
        lines.append(f"<h2>{escape(heading)}</h2><ul>")
        for address, name in links:
            mark = ' aria-current="page"' if address == current else ""
            lines.append(f'<li><a href="{address}"{mark}>{escape(name)}</a></li>')
        lines.append("</ul>")
    return "\n".join(lines)


def guide_links():
    return [(f"/docs/guides/{slug}.html", name) for slug, name in GUIDES.items()]


def page(title, groups, current, body):
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(title)} – BackNova</title>
<link rel="icon" href="/dashboard/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/dashboard/theme.css">
<link rel="stylesheet" href="/docs/docs.css">
<script src="/dashboard/theme.js"></script>
<script src="/docs/docs.js" defer></script>
</head>
<body>
<a class="skip-link" href="#main">To the content</a>
<header class="top">
<a class="brand" href="/docs/"><img src="/dashboard/icon.svg" alt="" width="28" height="28">BackNova v3.0 <span class="quiet">Documentation</span></a>
<div class="top-end"><a href="/">Dashboard</a><button id="theme" type="button" hidden>Dark</button></div>
</header>
<div class="frame">
<nav class="places" aria-label="Pages"><details id="menu" open><summary>Contents</summary>
{navigation(groups, current)}
</details></nav>
<main id="main" tabindex="-1">
{body}
</main>
</div>
</body>
</html>
"""
