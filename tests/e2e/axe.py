"""What axe-core finds wrong with the page as it stands."""

from pathlib import Path

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHECK = (
    "rules => axe.run(document, {runOnly: rules}).then(found => found.violations.flatMap("
    "one => one.nodes.map(node => one.id + ' ' + node.target.join(' '))))"
)


def violations(page: Page) -> list[str]:
    """Each broken rule with the element that breaks it."""
    session = page.context.new_cdp_session(page)
    # The page's own policy would refuse a script tag.
    session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
    page.wait_for_timeout(150)
    found: list[str] = page.evaluate(CHECK, RULES)
    session.detach()
    return found
