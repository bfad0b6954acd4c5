"""What the page draws is safe, means what was written, and can be read by everyone."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.page_server import BOT, MEMBER, PageServer, document, message, opened, text_of

if TYPE_CHECKING:
    from playwright.async_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]

# Gives every visible text whose colour stands out less than 4.5 to 1 against what is behind it (WCAG 2, AA).
CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const part = (value) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  const hasText = (node) => node.nodeType === Node.TEXT_NODE && node.textContent.trim();
  const poor = [];
  for (const element of document.querySelectorAll("body :not(option, .unseen, .skip, noscript)")) {
    if (![...element.childNodes].some(hasText)) continue;
    if (!element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true })) continue;
    const [a, b] = [light(rgba(getComputedStyle(element).color)), light(behind(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(`${element.className || element.tagName}: ${element.textContent}`);
  }
  return poor;
}"""
NAMELESS = """() => [...document.querySelectorAll("button, input, textarea, select, a")]
  .filter((e) => !(e.ariaLabel || e.textContent.trim() || e.labels?.length)).map((e) => e.outerHTML.slice(0, 80))"""

HOSTILE = (
    "<img src=x onerror=alert(1)> <script>alert(2)</script> <svg onload=alert(3)>",
    "[x](javascript:alert(1)) <javascript:alert(1)|x> [y](JaVaScRiPt:alert(1)) [z](\tjavascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>) <data:text/html,x|y> [v](vbscript:x) [f](file:///etc/passwd)",
    "[x](//evil.example/a) [y](/\\evil.example) ![p](http://evil.example/p.png) <//evil.example|z>",
    "```\n</code></pre><img src=x onerror=alert(1)>\n``` `<b onclick=alert(1)>`",
    '[a](http://127.0.0.1/"onmouseover="alert(1)) <http://127.0.0.1/"onfocus="alert(1)|b>',
    "| <img src=x onerror=alert(1)> | b |\n|---|---|\n| <iframe src=javascript:alert(1)> | x |",
)


@pytest.mark.parametrize("markdown", [True, False], ids=["markdown", "mrkdwn"])
async def test_hostile_markup_stays_text(page: Page, server: PageServer, *, markdown: bool) -> None:
    server.messages = [message(f"170000000{n}.000001", text, markdown=markdown) for n, text in enumerate(HOSTILE)]
    await opened(page, server)
    found = page.get_by_test_id("message-text")
    await expect(found).to_have_count(len(HOSTILE))
    assert await found.locator("img, script, iframe, svg:not(.icon), style, object, [onclick], [onerror]").count() == 0
    links = await found.locator("a").all()
    assert links
    for link in links:
        assert re.match(r"https?://", await link.get_attribute("href") or "")
        assert await link.get_attribute("rel") == "noopener"
        assert not await link.get_attribute("onmouseover")


async def test_hostile_blocks_load_and_run_nothing(page: Page, server: PageServer) -> None:
    bad = "javascript:alert(1)"
    words = {"type": "plain_text", "text": "<b>press</b>"}
    rich = {"type": "rich_text_section", "elements": [{"type": "link", "url": bad, "text": "rich"}]}
    blocks: list[dict[str, object]] = [
        {"type": "actions", "elements": [{"type": "button", "action_id": "a", "url": bad, "text": words}]},
        {"type": "rich_text", "elements": [rich]},
        {"type": "image", "image_url": "http://evil.example/x.png", "alt_text": "a chart"},
        {"type": "context", "elements": [{"type": "image", "image_url": "http://evil.example/y.png", "alt_text": "z"}]},
        {"type": "a_new_one", "text": "<img src=x>"},
    ]
    files = [{"name": "x", "url": bad}]
    server.messages = [message("1700000000.000001", "", blocks=blocks, files=files)]
    await opened(page, server)
    shown = page.get_by_test_id("message")
    await shown.get_by_role("button", name="<b>press</b>").click()
    await expect(shown.get_by_text("a chart")).to_be_visible()
    assert await shown.locator("img, a").count() == 0
    assert len(page.context.pages) == 1


async def test_markdown_is_drawn_as_what_it_means(page: Page, server: PageServer) -> None:
    text = (
        "## Title\n**bold** *it* ~~no~~ `c` [1](http://127.0.0.1:1/files/a.pdf#page=3)\n\n1. one\n   - sub\n2. two\n\n"
        "> said\n\n```java\nint x;\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n<@UMEMBER> :tada:"
    )
    server.messages = [message("1700000000.000001", text, user=BOT, markdown=True)]
    await opened(page, server)
    found = text_of(page, "1700000000.000001")
    expected = ["[role=heading]", "strong", "em", "s", "p > code", "ol > li > ul > li", "blockquote", "pre code", "td"]
    assert [name for name in expected if await found.locator(name).count() == 0] == []
    await expect(found.locator("figcaption")).to_contain_text("java")
    await expect(found.locator("a.citation")).to_have_attribute("href", "http://127.0.0.1:1/files/a.pdf#page=3")
    await expect(found.locator("a.citation")).to_have_attribute("target", "_blank")
    await expect(found.locator(".mention")).to_have_text("@Camille")


async def test_a_data_table_is_sorted_by_number_and_leafed_through(page: Page, server: PageServer) -> None:
    rows = [
        [{"type": "raw_text", "text": f"n{n}"}, {"type": "raw_number", "value": n, "text": str(n)}] for n in (9, 10, 2)
    ]
    head = [{"type": "raw_text", "text": "what"}, {"type": "raw_text", "text": "days"}]
    table = {"type": "data_table", "caption": "what, days", "page_size": 2, "rows": [head, *rows]}
    server.messages = [message("1700000000.000001", "", blocks=[table])]
    await opened(page, server)
    shown = page.get_by_role("region", name="what, days").locator("tbody tr")
    await expect(shown).to_have_text(["n99", "n1010"])
    await page.get_by_role("button", name="days").click()
    await expect(shown).to_have_text(["n22", "n99"])
    await page.get_by_role("button", name="Rows after").click()
    await expect(shown).to_have_text(["n1010"])


async def test_dates_are_told_in_the_reader_s_language(page: Page, server: PageServer) -> None:
    today = f"<!date^{int(time.time())}^{{date_short_pretty}}|?>, <!date^1700000000^{{date_short}} {{time}}|?>"
    server.messages = [message("1700000000.000001", today)]
    await opened(page, server)
    await expect(text_of(page, "1700000000.000001")).to_contain_text(
        re.compile(r"aujourd.hui, 1[45] nov\. 2023 \d\d:\d\d")
    )


async def test_slack_markup_is_drawn_as_what_it_means(page: Page, server: PageServer) -> None:
    text = "*bold* _it_ ~no~ `c*d*` a*b*c &lt;b&gt; <https://x.example/y|label> <#CGEN|general>\n&gt; said"
    server.messages = [message("1700000000.000001", text)]
    await opened(page, server)
    found = text_of(page, "1700000000.000001")
    await expect(found.locator("p").first).to_have_text("bold it no c*d* a*b*c <b> label #general")
    assert [await found.locator(tag).count() for tag in ("strong", "em", "s", "code", "blockquote")] == [1] * 5


async def test_long_and_twisted_markup_is_drawn_in_time(page: Page, server: PageServer) -> None:
    twisted = ["*a " * 4000, "[" * 12000, "`" * 6001, "> " * 6000, "**a _b " * 1700, "<" * 12000, "- a\n" * 3000]
    server.messages = [message(f"1700000000.00000{n}", text, markdown=True) for n, text in enumerate(twisted)]
    await opened(page, server)
    await expect(page.get_by_test_id("message")).to_have_count(len(twisted))


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_every_text_can_be_read_and_every_control_has_a_name(page: Page, server: PageServer, theme: str) -> None:
    parent = "1700000000.000001"
    answer = "**Two** `days` [1](/files/a.pdf)\n\n```py\nx\n```\n\n| a |\n|---|\n| <@UMEMBER> |"
    server.messages = [
        message(
            parent, "<@UBOT> *hello* <@UMEMBER>", reply_count=1, reply_users=[BOT], latest_reply="1700000000.000002"
        ),
        message("1700000000.000002", answer, user=BOT, thread_ts=parent, markdown=True),
        message("1700000000.000003", "only you", user=BOT, ephemeral=True),
    ]
    server.folder = [
        document(f"{state}.pdf", state, reason="r") for state in ("waiting", "reading", "unfinished", "words", "failed")
    ]
    server.folder.append(document("meaning.docx", "meaning", title="A title"))
    server.removed = ["gone.pdf"]
    await page.set_viewport_size({"width": 1440, "height": 800})  # thread and documents side by side
    await opened(page, server, f"/#/c/CGEN/{parent}")
    if theme == "dark":
        await page.get_by_test_id("theme-toggle").click()
        await page.reload()
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.get_by_test_id("thread-pane").get_by_test_id("message")).to_have_count(2)
    await expect(page.get_by_test_id("folder-file")).to_have_count(6)
    await expect(page.get_by_test_id("folder-removed")).to_contain_text("gone.pdf")
    assert await page.evaluate(CONTRAST) == []
    assert await page.evaluate(NAMELESS) == []


async def test_a_narrow_page_scrolls_in_one_direction_only(page: Page, server: PageServer) -> None:
    long = "w" * 400 + "\n\n```\n" + "x" * 400 + "\n```\n\n|" + " col |" * 12 + "\n|" + "---|" * 12
    server.messages = [message("1700000000.000001", long, markdown=True)]
    await page.set_viewport_size({"width": 390, "height": 800})
    await opened(page, server)
    await expect(text_of(page, "1700000000.000001")).to_be_visible()
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    assert await page.locator(".scroller").first.evaluate("(e) => e.scrollWidth === e.clientWidth")


async def test_the_hint_of_the_message_box_is_never_cut_off(page: Page, server: PageServer) -> None:
    server.messages = [message("1700000000.000001", "a question", reply_count=1, reply_users=[BOT])]
    await page.set_viewport_size({"width": 1440, "height": 800})
    await opened(page, server)
    composer = page.get_by_test_id("composer")
    await expect(composer).to_have_attribute("placeholder", re.compile("Brussels"))
    await page.get_by_test_id("thread-summary").click()
    await expect(composer).to_have_attribute("placeholder", "Ask @souffleur a question…")


async def test_the_hint_shows_a_guest_no_question_that_only_members_can_ask(page: Page, server: PageServer) -> None:
    await opened(page, server, "/#/c/DMEMBER")
    composer = page.get_by_test_id("composer")
    await expect(composer).to_have_attribute("placeholder", re.compile("Ask Souffleur, e.g. “what"))
    server.guests.add(MEMBER)
    await server.tell(type="state")
    await expect(composer).to_have_attribute("placeholder", "Ask Souffleur a question…")


async def test_a_thread_that_opens_beside_the_list_leaves_the_last_message_in_sight(
    page: Page, server: PageServer
) -> None:
    tall = "\n".join(["a line that is wrapped where a thread stands beside the list " * 3] * 18)
    server.messages = [message(f"1700000000.00000{n}", "a line") for n in range(5)]
    server.messages.append(message("1700000001.000001", tall, user=BOT, ephemeral=True, markdown=True))
    server.folder = [document("a.pdf", "words")]
    await page.set_viewport_size({"width": 1440, "height": 900})
    await opened(page, server)
    await page.get_by_test_id("composer").fill("the last one")
    await page.get_by_test_id("composer").press("Enter")
    last = page.get_by_test_id("message-list").get_by_test_id("message").last
    await expect(last).to_contain_text("the last one")
    ts = await last.get_attribute("data-ts")
    await server.tell(type="status", channel="CGEN", thread_ts=ts, status="is searching…", loading_messages=[])
    await expect(page.get_by_test_id("thread-pane")).to_be_visible()
    await page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    await expect(last).to_be_in_viewport()
