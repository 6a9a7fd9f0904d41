"""What axe-core finds wrong with the page as it stands."""

from playwright.sync_api import Page

from tests.face.walk import AXE, RULES

# Reading every style sheet serves the first rule switched off only: tests/face/test_sources.py
# looks for what it looks for. The other one only ever asks people to look.
CHECK = """async ([rules, within]) => {
  const found = await axe.run(within ? { include: [within] } : document, {
    runOnly: rules, resultTypes: ["violations"], elementRef: false, preload: false,
    rules: { "css-orientation-lock": { enabled: false }, "hidden-content": { enabled: false } },
  });
  return found.violations.flatMap((one) =>
    one.nodes.map((node) => `${one.id} ${node.target.join(" ")}`));
}"""


def violations(page: Page, within: str = "") -> list[str]:
    """Each broken rule with the element that breaks it."""
    if not page.evaluate("'axe' in window"):
        # The page's own policy would refuse a script tag.
        page.evaluate(AXE.read_text(encoding="utf-8"))
    page.wait_for_timeout(150)
    found: list[str] = page.evaluate(CHECK, [RULES, within])
    return found
