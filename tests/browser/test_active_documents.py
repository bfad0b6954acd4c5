"""Documents that hold scripts, opened in a real browser from the local Slack: none acts in the page's origin."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import Error

from playground.slack.app import serve_slack

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

_ACT = "fetch('/seen-by-the-server'); document.title = 'acted';"
_XHTML = f"<html xmlns='http://www.w3.org/1999/xhtml'><script>{_ACT}</script><body>x</body></html>"
_STYLED = (
    "<?xml version='1.0'?><?xml-stylesheet type='text/xsl' href='act.xsl'?>"
    f"<r xmlns:h='http://www.w3.org/1999/xhtml'><h:script>{_ACT}</h:script></r>"
)
_SHEET = (
    "<?xml version='1.0'?><xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
    f"<xsl:template match='/'><html><script>{_ACT}</script></html></xsl:template></xsl:stylesheet>"
)
_DOCUMENTS = {
    "act.html": f"<script>{_ACT}</script>",
    "act.xhtml": _XHTML,
    "act.svg": f"<svg xmlns='http://www.w3.org/2000/svg'><script>{_ACT}</script></svg>",
    "act.xml": _STYLED,
    "act.rdf": _STYLED,
    "act.rss": _STYLED,
    "act.xsl": _SHEET,
    "act.mml": _XHTML,
    "act": _XHTML,
    "act.txt": f"<script>{_ACT}</script>",
    "act.json": f"<script>{_ACT}</script>",
    "act.eml": f"Content-Type: text/html\n\n<script>{_ACT}</script>",
}


async def test_no_document_runs_a_script_in_the_pages_origin(context: BrowserContext, tmp_path: Path) -> None:
    for name, content in _DOCUMENTS.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    async with serve_slack(port=0, documents=tmp_path) as slack:
        page = await context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        for name in _DOCUMENTS:
            with contextlib.suppress(Error):  # the document is saved instead
                await page.goto(f"{slack.url}/files/{name}", wait_until="load")
            assert await page.title() != "acted", name
        assert not any("seen-by-the-server" in url for url in asked)
        await page.close()


async def test_the_page_takes_no_document_for_a_script_a_style_or_a_frame(
    context: BrowserContext, tmp_path: Path
) -> None:
    (tmp_path / "act.js").write_text("window.acted = true", encoding="utf-8")
    (tmp_path / "act.txt").write_text("window.acted = true", encoding="utf-8")
    async with serve_slack(port=0, documents=tmp_path) as slack:
        page = await context.new_page()
        await page.goto(slack.url)
        for name in ("act.js", "act.txt"):
            loaded = await page.evaluate(
                """(address) => new Promise((done) => {
                  const script = document.createElement("script");
                  script.src = address;
                  script.onload = () => done(true);
                  script.onerror = () => done(false);
                  document.head.append(script);
                })""",
                f"/files/{name}",
            )
            assert not loaded, name
        assert await page.evaluate("window.acted") is None
        await page.close()
