"""axe-core, which looks for what hinders people who do not see, hear or point as others do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = Path(__file__).parent.parent.parent / ".venv" / "js" / "node_modules" / "axe-core" / "axe.min.js"
SCHEMES = ("light", "dark")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GRAVE = ("serious", "critical")
STREAMLIT = {
    "[data-testid=stMarkdownContainer] .katex": "formulas, as KaTeX sets them",
    "[data-testid=stCode]": "code, in the colours of Streamlit's highlighter",
    "[data-testid=stSidebar]": "the navigation of a narrow screen",
    "[data-testid=stTopNav]": "the navigation",
    "[data-testid=stHeader]": "the bar",
}
"""What Streamlit draws by itself and we cannot mend."""

RUN = """([without, tags]) => axe.run({ exclude: without.map((each) => [each]) },
    { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }).then(({ violations }) => violations)"""


def grave(page: Page) -> list[str]:
    """One line for each serious finding, in light and in dark."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE.read_text())
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function(
            "(dark) => matchMedia('(prefers-color-scheme: dark)').matches === dark", arg=scheme == "dark"
        )
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        for finding in page.evaluate(RUN, [list(STREAMLIT), TAGS]):
            found += [f"{scheme} {line}" for line in lines(finding)]
    return found


def lines(finding: dict[str, Any]) -> list[str]:
    """What is wrong, and where."""
    if finding["impact"] not in GRAVE:
        return []
    return [
        f"{finding['id']}: {' '.join(map(str, node['target']))}: {node['html'][:160]} ({node['failureSummary']})"
        for node in finding["nodes"]
    ]
