"""The guides, each a page of its own."""

from page import GUIDES, guide_links, markdown, page

__all__ = ["GUIDES", "guide_page"]


def guide_page(slug, folder):
    groups = [("Reference", [("/docs/", "API reference"), ("/openapi.yaml", "openapi.yaml")]), ("Guides", guide_links())]
    body = markdown((folder / f"{slug}.md").read_text())
    return page(GUIDES[slug], groups, f"/docs/guides/{slug}.html", f'<article class="panel">{body}</article>')
