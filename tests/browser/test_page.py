"""The playground's page in a real browser: what people do on it, and what it tells them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import FilePayload, expect

from tests.browser.page_server import (
    ADMIN,
    BOT,
    MEMBER,
    STRANGER,
    PageServer,
    document,
    message,
    modal,
    opened,
    text_of,
)

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="package")]


async def test_enter_sends_and_shift_enter_breaks_the_line(page: Page, server: PageServer) -> None:
    await opened(page, server)
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("one")
    await composer.press("Shift+Enter")
    await composer.press_sequentially("two")
    await composer.press("Enter")
    await expect(composer).to_have_value("")
    assert await server.sent("post") == [{"as": MEMBER, "channel": "CGEN", "text": "one\ntwo"}]


async def test_a_message_without_a_mention_is_told_that_nobody_was_asked(page: Page, server: PageServer) -> None:
    await opened(page, server)
    composer = page.get_by_test_id("composer")
    await composer.fill("how many days off do I get?")
    await composer.press("Enter")
    told = page.get_by_test_id("not-asked")
    await expect(told).to_have_text("Souffleur was not asked: mention @souffleur, or write to it directly.")
    await composer.fill(f"<@{BOT}> how many days off do I get?")
    await composer.press("Enter")
    await expect(told).to_have_count(0)


async def test_what_is_typed_at_once_after_a_channel_was_chosen_is_sent_there(page: Page, server: PageServer) -> None:
    await opened(page, server, f"/?as={ADMIN}")
    await page.evaluate(
        """() => {
          document.querySelector('[data-testid="channel-board"]').click();
          const composer = document.querySelector('[data-testid="composer"]');
          composer.value = "for the board";
          composer.dispatchEvent(new Event("input"));
          composer.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
        }"""
    )
    await expect(page.get_by_test_id("composer")).to_have_value("")
    assert await server.sent("post") == [{"as": ADMIN, "channel": "CBOARD", "text": "for the board"}]


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
    assert await server.sent("edit") == [{"as": MEMBER, "channel": "CGEN", "ts": "1700000000.000001", "text": "chips"}]


async def test_a_command_brings_whoever_scrolled_up_back_to_what_comes_of_it(page: Page, server: PageServer) -> None:
    server.messages = [message(f"1700000{n:03}.000001", f"line {n}\n" * 9, user=BOT) for n in range(9)]
    await opened(page, server)
    last = page.get_by_test_id("message").last
    await expect(last).to_be_in_viewport()
    async with asyncio.timeout(20):  # while the page settles, it scrolls by itself
        while not await page.get_by_role("button", name="More below").is_visible():
            await page.get_by_role("region", name="Messages", exact=True).evaluate("(list) => { list.scrollTop = 0; }")
    await expect(last).not_to_be_in_viewport()
    composer = page.get_by_test_id("composer")
    await composer.fill("/ask how many days?")
    await composer.press("Enter")
    assert await server.sent("post")
    await server.show(message("1700001000.000001", "Only you see this.", user=BOT, ephemeral=True))
    await expect(page.get_by_test_id("message-list").get_by_text("Only you see this.")).to_be_in_viewport()


async def test_whoever_comes_back_to_the_bottom_is_shown_what_comes_next(page: Page, server: PageServer) -> None:
    server.messages = [message(f"1700000{n:03}.000001", f"line {n}\n" * 9, user=BOT) for n in range(9)]
    await opened(page, server)
    region = page.get_by_role("region", name="Messages", exact=True)
    more = page.get_by_role("button", name="More below")
    async with asyncio.timeout(20):  # while the page settles, it scrolls by itself
        while not await more.is_visible():
            await region.evaluate("(list) => { list.scrollTop = 0; }")
    await more.click()
    for top in ("0", "list.scrollHeight"):
        await expect(more).to_be_visible(visible=top != "0")
        await region.evaluate(f"(list) => {{ list.scrollTop = {top}; }}")
    await expect(more).to_be_hidden()
    await server.show(message("1700001000.000001", "What comes next.", user=BOT))
    await expect(page.get_by_test_id("message-list").get_by_text("What comes next.")).to_be_in_viewport()


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
    assert await server.sent("view_submit") == [{"as": MEMBER, "view_id": "V1", "values": values}]
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    assert await server.sent("view_close") == [{"as": MEMBER, "view_id": "V1"}]


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
    [sent] = await server.sent("action")
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
    await expect(page.get_by_test_id("channel-board")).to_have_attribute("aria-current", "page")
    await page.get_by_test_id("composer").fill("as an admin")
    await page.get_by_test_id("composer").press("Enter")
    await expect(page.get_by_test_id("composer")).to_have_value("")
    assert await server.sent("post") == [{"as": ADMIN, "channel": "CBOARD", "text": "as an admin"}]
    await page.get_by_test_id("act-as").select_option(MEMBER)
    await expect(page.get_by_test_id("channel-general")).to_have_attribute("aria-current", "page")
    await expect(page.get_by_test_id("channel-board")).to_have_count(0)


async def test_a_stranger_is_shown_no_home_and_no_question_that_only_members_can_ask(
    page: Page, server: PageServer
) -> None:
    """So it is for people of another workspace, who meet the bot in shared channels alone."""
    await opened(page, server)
    await expect(page.get_by_test_id("example")).not_to_have_count(0)
    await page.get_by_test_id("home-tab").click()
    await expect(page.get_by_test_id("home-tab")).to_have_attribute("aria-current", "page")
    await page.get_by_test_id("act-as").select_option(STRANGER)
    await expect(page.get_by_test_id("channel-general")).to_have_attribute("aria-current", "page")
    await expect(page.get_by_test_id("home-tab")).to_have_count(0)
    await expect(page.get_by_role("heading", name="Direct messages")).to_have_count(0)
    await expect(page.get_by_test_id("guest-note")).to_be_visible()
    await expect(page.get_by_test_id("example")).to_have_count(0)
    assert [sent["as"] for sent in await server.sent("open_home")] == [MEMBER]


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


async def test_an_open_thread_has_the_place_of_the_documents_at_1280_pixels(page: Page, server: PageServer) -> None:
    await page.set_viewport_size({"width": 1280, "height": 800})
    server.messages = [message("1700000000.000001", "a question", reply_count=1, reply_users=[BOT])]
    server.folder = [document("a.pdf", "words")]
    await opened(page, server)
    await expect(page.get_by_test_id("folder-panel")).to_be_visible()
    await page.get_by_test_id("thread-summary").click()
    await expect(page.get_by_test_id("thread-pane")).to_be_visible()
    await expect(page.get_by_test_id("folder-panel")).to_be_hidden()
    await page.get_by_role("button", name="Close the thread").click()
    await expect(page.get_by_test_id("folder-panel")).to_be_visible()
    await page.set_viewport_size({"width": 1300, "height": 800})


async def test_the_keyboard_reaches_the_message_box_in_one_step(page: Page, server: PageServer) -> None:
    await opened(page, server)
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("composer")).to_be_focused()


async def test_a_place_a_document_and_a_message_are_found_by_their_words(page: Page, server: PageServer) -> None:
    server.messages = [message("1700000000.000001", "the été party", reply_count=1, reply_users=[BOT])]
    server.folder = [document("Plan d'été.pdf", "words")]
    await opened(page, server)
    await page.keyboard.press("Control+k")
    found = page.get_by_test_id("jump-found")
    await page.get_by_test_id("jump-input").fill("ETE")
    await expect(found).to_have_count(2)
    await expect(found.first).to_contain_text("Plan d'été.pdf")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("thread-pane")).to_be_visible()
    await page.get_by_test_id("jump-open").click()
    await page.get_by_test_id("jump-input").fill("home")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("home-view")).to_be_visible()
    await expect(page.get_by_test_id("jump")).to_have_count(0)


async def test_what_could_not_be_read_stands_first_then_what_was_added_here(page: Page, server: PageServer) -> None:
    server.folder = [document("a.pdf", "words")]
    await opened(page, server)
    files = [FilePayload(name=name, mimeType="text/plain", buffer=b"x") for name in ("b.txt", "c.txt")]
    await page.get_by_test_id("upload").set_input_files(files)
    await expect(page.locator('[data-path="c.txt"]')).to_have_attribute("data-state", "waiting")
    for state in ("unfinished", "failed"):
        server.folder = [document("a.pdf", "words"), document("b.txt", "words"), document("c.txt", state, reason="r")]
        await server.tell(type="folder")
        await expect(page.locator('[data-path="c.txt"]')).to_have_attribute("data-state", state)
    await expect(page.get_by_test_id("toast").last).to_contain_text("2 added, 1 could not be read")
    await expect(page.get_by_test_id("folder-file")).to_contain_text(["c.txt", "b.txt", "a.pdf"])


async def test_the_banner_says_who_is_away(page: Page, server: PageServer) -> None:
    server.connected = False
    await opened(page, server)
    banner = page.get_by_test_id("banner")
    await expect(banner).to_have_text("The bot is starting…")
    server.folder = [document("a.pdf", "words"), document("b.pdf", "reading"), document("c.pdf", "waiting")]
    await server.tell(type="folder")
    await expect(banner).to_contain_text("The documents are being read (1 of 3). Ask already")
    server.folder = [document("a.pdf", "words"), document("b.pdf", "meaning"), document("c.pdf", "failed")]
    await server.tell(type="folder")
    await expect(banner).to_contain_text("The documents become searchable by meaning (1 of 2).")
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


async def test_a_page_of_an_earlier_start_loads_itself_again(page: Page, server: PageServer) -> None:
    await opened(page, server)
    server.started_anew = True
    server.messages.append(message("1700000000.000010", "after the start"))
    [socket] = server.sockets[MEMBER]
    await socket.close()
    await expect(text_of(page, "1700000000.000010")).to_have_text("after the start")
    await expect(page.get_by_test_id("banner")).to_be_hidden()


async def test_the_menu_of_a_message_holds_the_app_s_shortcuts(page: Page, server: PageServer) -> None:
    server.messages = [message("1700000000.000001", "Who has the keys?")]
    await opened(page, server)
    shown = page.get_by_test_id("message-list").get_by_test_id("message")
    await shown.hover()
    await shown.get_by_test_id("message-menu").click()
    await page.keyboard.press("Escape")
    await expect(shown.get_by_test_id("shortcut")).to_be_hidden()
    await shown.get_by_test_id("message-menu").click()
    await shown.get_by_test_id("shortcut").click()
    await expect(shown.get_by_test_id("shortcut")).to_be_hidden()
    assert await server.sent("shortcut") == [
        {"as": MEMBER, "channel": "CGEN", "ts": "1700000000.000001", "callback_id": "about"}
    ]


async def test_stop_is_offered_while_the_bot_works_in_a_thread(page: Page, server: PageServer) -> None:
    ts = "1700000000.000001"
    server.messages = [message(ts, "A long question")]
    await opened(page, server, f"/#/c/CGEN/{ts}")
    await server.tell(type="status", channel="CGEN", thread_ts=ts, status="is writing…")
    await server.tell(type="session", channel="CGEN", thread_ts=ts, status="processing", stoppable=True)
    await page.get_by_test_id("stop").click()
    await server.tell(type="session", channel="CGEN", thread_ts=ts, status="active", stoppable=False)
    await expect(page.get_by_test_id("stop")).to_have_count(0)
    assert await server.sent("stop") == [{"as": MEMBER, "channel": "CGEN", "thread_ts": ts}]
