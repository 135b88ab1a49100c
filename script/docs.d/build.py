"""Writes the pages of the documentation."""

from pathlib import Path

import yaml
from guides import GUIDES, guide_page
from reference import reference_page

REPOSITORY = Path(__file__).resolve().parents[2]
PLACE = REPOSITORY / "public/docs"


def pages():
    """The text of each page, by its path under public/docs."""
    document = yaml.safe_load((REPOSITORY / "public/openapi.yaml").read_text())
    made = {"index.html": reference_page(document, REPOSITORY / "docs")}
    for slug in GUIDES:
        made[f"guides/{slug}.html"] = guide_page(slug, REPOSITORY / "docs/guides")
    return made


if __name__ == "__main__":
    for path, text in pages().items():
        file = PLACE / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
