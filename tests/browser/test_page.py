"""The playground's page in a real browser: what it draws is safe, what it offers works by keyboard."""

from __future__ import annotations

import asyncio
import re
import shutil
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import FilePayload, async_playwright, expect

from tests.browser.page_server import ADMIN, BOT, MEMBER, PageServer, document, message, modal

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import BrowserContext, Locator, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served() -> AsyncIterator[PageServer]:
    async with PageServer().running() as running:
        yield running


@pytest.fixture
def server(served: PageServer) -> PageServer:
    served.forget()
    return served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def context() -> AsyncIterator[BrowserContext]:
    """One browser window for all tests, so that the page's files are fetched once."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert chromium, "This test needs a Chromium; `make system-packages` names the package."
    async with async_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = await playwright.chromium.launch(executable_path=chromium, args=flags)
        opened = await browser.new_context(viewport={"width": 1300, "height": 800}, color_scheme="light")
        opened.set_default_timeout(5000)
        yield opened
        await browser.close()


@pytest_asyncio.fixture(loop_scope="module")
async def page(context: BrowserContext, server: PageServer) -> AsyncIterator[Page]:
    """A fresh page; at the end neither an error nor a breach of the content policy was seen."""
    opened = await context.new_page()
    problems: list[str] = []
    opened.on("pageerror", lambda error: problems.append(str(error)))
    opened.on("dialog", lambda dialog: problems.append(f"a script ran: {dialog.message}"))
    opened.on("console", lambda line: problems.append(line.text) if "Content Security Policy" in line.text else None)
    opened.on("request", lambda asked: None if asked.url.startswith(server.url) else problems.append(asked.url))
    yield opened
    await opened.evaluate("localStorage.clear()")
    await opened.close()
    assert problems == []


async def opened(page: Page, server: PageServer, path: str = "/") -> Page:
    """The page, once its first list of messages stands and it hears events."""
    await page.goto(server.url + path)
    await expect(page.get_by_test_id("bot-status")).to_have_attribute("data-connected", re.compile("true|false"))
    await expect(page.locator(".intro, .message").first).to_be_visible()
    return page


def text_of(page: Page, ts: str) -> Locator:
    return page.locator(f'[data-testid="message-list"] [data-ts="{ts}"] [data-testid="message-text"]')


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


async def test_enter_sends_and_shift_enter_breaks_the_line(page: Page, server: PageServer) -> None:
    await opened(page, server)
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("one")
    await composer.press("Shift+Enter")
    await composer.press_sequentially("two")
    await composer.press("Enter")
    await expect(composer).to_have_value("")
    assert server.bodies("post") == [{"as": MEMBER, "channel": "CGEN", "text": "one\ntwo"}]


async def test_a_refused_message_comes_back_with_one_sentence(page: Page, server: PageServer) -> None:
    await opened(page, server)
    await page.get_by_test_id("composer").fill("refuse this")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("toast")).to_contain_text("That was refused; try another.")
    await expect(page.get_by_test_id("composer")).to_have_value("refuse this")


async def test_words_are_completed_by_keyboard(page: Page, server: PageServer) -> None:
    await opened(page, server)
    composer = page.get_by_test_id("composer")
    cases = [
        ("hi @so", ["Enter"], "hi @souffleur "),
        ("/a", ["Tab"], "/ask "),
        ("@", ["ArrowDown", "Enter"], "@nadia "),
    ]
    for typed, keys, left in cases:
        await composer.fill("")
        await composer.press_sequentially(typed)
        await expect(page.get_by_test_id("completion").first).to_be_visible()
        for key in keys:
            await composer.press(key)
        await expect(composer).to_have_value(left)
    assert server.bodies("post") == []


async def test_the_thread_opens_when_the_bot_begins_to_answer(page: Page, server: PageServer) -> None:
    await opened(page, server)
    await page.get_by_test_id("example").first.click()
    await expect(page.get_by_test_id("message")).to_have_count(1)
    ts = str(server.messages[0]["ts"])
    pane = page.get_by_test_id("thread-pane")
    await expect(pane).to_be_hidden()
    await server.tell(type="status", channel="CGEN", thread_ts=ts, status="is searching…", loading_messages=[])
    await expect(pane.get_by_test_id("status-line")).to_have_text("Souffleur is searching…")
    answer = message("1700000200.000001", "Two **da", user=BOT, thread_ts=ts, markdown=True, streaming=True)
    await server.show(answer)
    await expect(pane.locator('[data-streaming="true"] .caret')).to_be_visible()
    await server.show({**answer, "text": "Two **days**.", "streaming": False})
    await expect(pane.locator('[data-streaming="false"] strong')).to_have_text("days")
    await expect(page.locator(".caret")).to_have_count(0)
    await expect(page.get_by_test_id("thread-summary")).to_contain_text("1 reply")
    await pane.get_by_test_id("thread-composer").press("Escape")
    await expect(pane).to_be_hidden()
    await expect(page.get_by_test_id("thread-summary")).to_be_focused()


async def test_a_reply_that_comes_while_its_thread_is_fetched_is_kept(page: Page, server: PageServer) -> None:
    server.messages = [message("1700000000.000001", "hello", reply_count=1, reply_users=[BOT])]
    await opened(page, server)
    fetched = asyncio.Event()

    async def late(route: Route) -> None:
        answer = await route.fetch()
        await server.tell(
            type="message", message=message("1700000000.000002", "at once", thread_ts="1700000000.000001")
        )
        await expect(page.get_by_test_id("thread-summary")).to_contain_text("2 replies")
        await route.fulfill(response=answer)
        fetched.set()

    await page.route("**/playground/messages?*thread_ts*", late)
    await page.get_by_test_id("thread-summary").click()
    await fetched.wait()
    await expect(page.get_by_test_id("thread-pane").get_by_text("at once")).to_be_visible()
    await expect(page.get_by_test_id("thread-composer")).to_be_focused()


async def test_what_is_being_edited_outlives_what_happens_around_it(page: Page, server: PageServer) -> None:
    mine = message("1700000000.000001", "fish &amp; <@UADMIN>", user=MEMBER)
    server.messages = [mine]
    await opened(page, server)
    await page.get_by_test_id("message").hover()
    await page.get_by_role("button", name="Edit").click()
    box = page.get_by_label("Edit the message")
    await expect(box).to_have_value("fish & @nadia")
    await box.fill("chips")
    await server.show({**mine, "reply_count": 1, "latest_reply": "1700000000.000002"})
    await server.show(message("1700000000.000003", "news"))
    await expect(page.get_by_test_id("message")).to_have_count(2)
    await expect(box).to_have_value("chips")
    await box.press("Enter")
    await expect(box).to_have_count(0)
    assert server.bodies("edit") == [{"as": MEMBER, "channel": "CGEN", "ts": "1700000000.000001", "text": "chips"}]


async def test_an_answer_to_somebody_else_opens_nothing(page: Page, server: PageServer) -> None:
    server.messages = [message("1700000000.000001", "<@UBOT> hello")]
    await opened(page, server)
    await server.show(message("1700000000.000002", "Hello", user=BOT, thread_ts="1700000000.000001"))
    await expect(page.get_by_test_id("thread-summary")).to_contain_text("1 reply")
    await expect(page.get_by_test_id("thread-pane")).to_be_hidden()


async def test_a_modal_keeps_what_was_typed_beside_the_error(page: Page, server: PageServer) -> None:
    server.errors = {"why": "Please say more."}
    await opened(page, server)
    await server.tell(type="view", view=modal())
    dialog = page.get_by_test_id("modal")
    await expect(dialog.get_by_label("What was wrong?")).to_be_focused()
    await page.keyboard.type("Bad")
    await dialog.get_by_test_id("modal-submit").click()
    await expect(dialog.get_by_text("Please say more.")).to_be_visible()
    await expect(dialog.get_by_label("What was wrong?")).to_have_value("Bad")
    values = {"why": {"words": {"type": "plain_text_input", "value": "Bad"}}}
    assert server.bodies("view_submit") == [{"as": MEMBER, "view_id": "V1", "values": values}]
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    assert server.bodies("view_close") == [{"as": MEMBER, "view_id": "V1"}]


async def test_feedback_is_sent_as_slack_sends_it(page: Page, server: PageServer) -> None:
    good = {"text": {"type": "plain_text", "text": "Good"}, "value": "up"}
    element = {"type": "feedback_buttons", "action_id": "feedback", "positive_button": good}
    block = {"type": "context_actions", "block_id": "b", "elements": [element]}
    server.messages = [message("1700000000.000001", "", user=BOT, blocks=[block])]
    await opened(page, server)
    button = page.get_by_role("button", name="Good")
    await button.click()
    await expect(button).to_have_attribute("aria-pressed", "true")
    await expect(button).not_to_have_attribute("aria-busy", "true")
    [sent] = server.bodies("action")
    assert (sent["as"], sent["channel"], sent["ts"]) == (MEMBER, "CGEN", "1700000000.000001")
    action = sent["action"]
    assert isinstance(action, dict)
    action.pop("action_ts")
    assert action == {"type": "feedback_buttons", "action_id": "feedback", "block_id": "b", **good}


async def test_acting_as_another_shows_only_their_places(page: Page, server: PageServer) -> None:
    await opened(page, server)
    await expect(page.get_by_test_id("channel-board")).to_have_count(0)
    await page.get_by_test_id("act-as").select_option(ADMIN)
    await page.get_by_test_id("channel-board").click()
    await page.get_by_test_id("composer").fill("as an admin")
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("composer")).to_have_value("")
    assert server.bodies("post") == [{"as": ADMIN, "channel": "CBOARD", "text": "as an admin"}]
    await page.get_by_test_id("act-as").select_option(MEMBER)
    await expect(page.get_by_test_id("channel-general")).to_have_attribute("aria-current", "page")
    await expect(page.get_by_test_id("channel-board")).to_have_count(0)


async def test_documents_are_added_and_deleted_after_a_question(page: Page, server: PageServer) -> None:
    server.folder = [document("old/a b.pdf", "failed", reason="It is a scan.")]
    await opened(page, server)
    rows = page.get_by_test_id("folder-file")
    await expect(rows).to_contain_text(["It is a scan."])
    await expect(rows.get_by_role("link")).to_have_attribute("href", "/files/old/a%20b.pdf")
    added = FilePayload(name="n.txt", mimeType="text/plain", buffer=b"x")
    await page.get_by_test_id("upload").set_input_files(added)
    await expect(page.locator('[data-path="n.txt"]')).to_have_attribute("data-state", "waiting")
    await page.get_by_role("button", name="Delete a b.pdf").click()
    await page.get_by_test_id("confirm-no").click()
    await expect(rows).to_have_count(2)
    await page.get_by_role("button", name="Delete a b.pdf").click()
    await page.get_by_test_id("confirm-yes").click()
    await expect(rows).to_have_count(1)


async def test_the_banner_says_who_is_away(page: Page, server: PageServer) -> None:
    server.connected = False
    await opened(page, server)
    banner = page.get_by_test_id("banner")
    await expect(banner).to_have_text("The bot is starting…")
    await expect(page.get_by_test_id("bot-status")).to_have_attribute("data-connected", "false")
    await server.tell(type="bot", connected=True)
    await expect(banner).to_be_hidden()
    await server.tell(type="bot", connected=False)
    await expect(banner).to_contain_text("The bot is away")


async def test_a_lost_server_is_said_and_found_again(page: Page, server: PageServer) -> None:
    await opened(page, server)
    await server.show(message("1700000000.000009", "before"))
    server.away = True
    server.messages.append(message("1700000000.000010", "missed"))
    [socket] = server.sockets[MEMBER]
    await socket.close()
    await expect(page.get_by_test_id("banner")).to_contain_text("does not answer")
    server.away = False
    await expect(text_of(page, "1700000000.000010")).to_have_text("missed")
    await expect(page.get_by_test_id("banner")).to_be_hidden()


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
    server.folder = [document(f"{state}.pdf", state, reason="r") for state in ("waiting", "reading", "words", "failed")]
    server.folder.append(document("meaning.docx", "meaning", title="A title"))
    await opened(page, server, f"/#/c/CGEN/{parent}")
    if theme == "dark":
        await page.get_by_test_id("theme-toggle").click()
        await page.reload()
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    await expect(page.get_by_test_id("thread-pane").get_by_test_id("message")).to_have_count(2)
    await expect(page.get_by_test_id("folder-file")).to_have_count(5)
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
