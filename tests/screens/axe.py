"""axe on a page that is open: read once, brought into each page once, and asked for nothing but what is wrong."""

from importlib import resources
from typing import Any

SOURCE = (resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
COLOURS = ("color-contrast",)
FOUND = """rules => axe.run(document, {
    resultTypes: ["violations"], ...(rules.length ? {runOnly: rules} : {})
}).then(found => found.violations.flatMap(fault => fault.nodes.map(node => `${fault.id}: ${node.html.slice(0, 160)}`)))
"""


def faults(page: Any, *rules: str) -> list[str]:
    """What axe finds, the best practices included, or by the ``rules`` alone that are named."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE)
    found: list[str] = page.evaluate(FOUND, list(rules))
    return found
