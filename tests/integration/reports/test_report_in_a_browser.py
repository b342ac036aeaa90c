"""The report in a real browser: it opens, can be read by everybody, and prints."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any, Final

import pypdfium2
import pytest

from shared.http.reports.page import report_page
from tests.host_process import REPOSITORY
from tests.unit.http.reports.sample import whole

BROWSER: Final = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
AXE: Final = REPOSITORY / "local" / "node_modules" / "axe-core" / "axe.min.js"
LOOK: Final = """
axe.run().then(found => {
  const told = document.createElement("pre");
  told.id = "found";
  told.textContent = JSON.stringify({
    violations: found.violations.map(each => ({rule: each.id, places: each.nodes.map(node => node.html)})),
    passes: found.passes.map(each => each.id),
  });
  document.body.append(told);
});
"""

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed on this machine"),
]


def browse(*options: str) -> str:
    assert BROWSER
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", *options]
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_text(report_page(whole()), encoding="utf-8")
    return path


def accessibility(page: Path) -> dict[str, Any]:
    text = page.read_text(encoding="utf-8")
    script = f"<script>{AXE.read_text(encoding='utf-8')}</script><script>{LOOK}</script></body>"
    page.write_text(text.replace("</body>", script), encoding="utf-8")
    seen = browse("--virtual-time-budget=10000", "--dump-dom", page.as_uri())
    told = re.search(r'<pre id="found">(.*?)</pre>', seen, re.DOTALL)
    assert told
    found: dict[str, Any] = json.loads(unescape(told[1]))
    return found


def test_no_rule_of_accessibility_is_broken(page: Path) -> None:
    found = accessibility(page)

    assert found["violations"] == []
    assert {"color-contrast", "document-title", "html-has-lang", "link-name"} <= set(found["passes"])


def test_a_page_that_breaks_a_rule_is_told(page: Path) -> None:
    text = page.read_text(encoding="utf-8").replace('<html lang="en">', "<html>")
    page.write_text(text.replace("--quiet: #4d4d4d", "--quiet: #cccccc"), encoding="utf-8")

    broken = {each["rule"] for each in accessibility(page)["violations"]}

    assert {"html-has-lang", "color-contrast"} <= broken


def test_it_prints(page: Path, tmp_path: Path) -> None:
    printed = tmp_path / "report.pdf"
    browse(f"--print-to-pdf={printed}", "--no-pdf-header-footer", page.as_uri())

    document = pypdfium2.PdfDocument(printed)
    try:
        text = "".join(sheet.get_textpage().get_text_bounded() for sheet in document)
    finally:
        document.close()

    assert "83.1" in text
    assert "found a missing index" in text
