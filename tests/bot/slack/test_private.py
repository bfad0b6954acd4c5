from __future__ import annotations

from bot.answering.citations import citations
from bot.slack.private import AGAIN, SHARE
from bot.slack.shelf import Private, Shelf
from knowledge.documents import Document
from knowledge.passages import Citation, Excerpt, Found, Passage, passages_of
from playground.slack.records import Message
from tests.bot.slack.desk import Desk, Script, at_work, document, saying, shown
from tests.bot.slack.shelf import indexed

HANDBOOK = document("hr/handbook.pdf", title="Handbook")


def made(of: Document = HANDBOOK) -> Passage:
    return passages_of(of, [Excerpt("Two days a week.", 12)])[0]


def cited() -> Script:
    citation = Citation(1, "Handbook", HANDBOOK.path, 12, (), made().id)
    return saying("Two days [1].", citations=(citation,), passages=(Found(made(), 0.5),))


async def asked(desk: Desk, channel: str = "#general") -> Message:
    await desk.slack.person("james").command("/ask", "how many days?", channel)
    return await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Share in channel" in shown(m))


async def test_a_private_answer_is_shared_with_its_sources_and_who_asked() -> None:
    async with at_work(cited()) as desk:
        indexed(desk, HANDBOOK, [made()])
        await desk.slack.person("james").click(await asked(desk), SHARE)
        public = await desk.slack.wait_for(lambda m: not m.ephemeral_to and "Two days" in shown(m))
        assert "<@UJAMES> asked me: *how many days?*" in shown(public)
        assert "[1] Handbook, p. 12" in shown(public)
        assert "Show passage 1" in shown(public)
        assert SHARE not in str(public.blocks)
        await desk.finished()
        assert [m.ephemeral_to for m in desk.slack.messages] == [None]


async def test_copies_that_the_asker_may_know_are_not_shown_to_a_channel() -> None:
    secret = passages_of(document("board/secret.pdf"), [made().excerpt])[0]
    [citation] = citations("[1]", [Found(made(), 0.5, (secret,))])
    async with at_work(saying("Two days [1].", citations=(citation,), passages=(Found(made(), 0.5),))) as desk:
        indexed(desk, HANDBOOK, [made()])
        private = await asked(desk)
        assert "also in board/secret.pdf" in shown(private)
        await desk.slack.person("james").click(private, SHARE)
        public = await desk.slack.wait_for(lambda m: not m.ephemeral_to and "Two days" in shown(m))
        assert "secret" not in shown(public)


async def test_sharing_twice_posts_once() -> None:
    async with at_work(cited()) as desk:
        indexed(desk, HANDBOOK, [made()])
        message, james = await asked(desk), desk.slack.person("james")
        await james.click(message, SHARE)
        await james.click(message, SHARE)
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "shared already" in shown(m))
        await desk.finished()
        assert sum("Two days" in shown(m) and not m.ephemeral_to for m in desk.slack.messages) == 1


async def test_what_not_everybody_may_read_is_not_shared_and_the_answer_stays() -> None:
    async with at_work(cited()) as desk:
        await desk.slack.person("james").click(await asked(desk), SHARE)
        await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "cannot share" in shown(m))
        assert all(m.ephemeral_to for m in desk.slack.messages)
        assert any("Two days" in shown(m) for m in desk.slack.messages)


async def test_sharing_works_where_the_bot_is_no_member() -> None:
    async with at_work(cited()) as desk:
        indexed(desk, HANDBOOK, [made()])
        await desk.slack.person("james").click(await asked(desk, "#projets"), SHARE)
        await desk.slack.wait_for(lambda m: m.channel == "CPROJETS" and not m.ephemeral_to and "Two days" in shown(m))


async def test_asking_again_answers_anew_in_the_same_place() -> None:
    async with at_work(cited()) as desk:
        first = await asked(desk)
        await desk.slack.person("james").click(first, AGAIN)
        await desk.slack.wait_until(lambda: len(desk.answering.questions) == 2)
        await desk.finished()
        assert [question.text for question in desk.answering.questions] == ["how many days?"] * 2
        assert [m.ts for m in desk.slack.messages] == [first.ts]


async def test_the_shortcut_asks_about_a_message_after_its_reader_has_put_the_question() -> None:
    async with at_work(cited()) as desk:
        james = desk.slack.person("james")
        ts = await james.post("#projets", "Somebody said <two> days?")
        await james.shortcut(await desk.slack.wait_for(lambda m: m.ts == ts), "ask_about_this")
        modal = await desk.slack.wait_until(lambda: next((v for v in desk.slack.views if v.kind == "modal"), None))
        assert "'initial_value': 'Somebody said <two> days?'" in str(modal.body)
        values = {"question": {"text": {"type": "plain_text_input", "value": "How many days?"}}}
        assert await james.submit(modal, dict(values)) == {}
        answer = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES" and "Two days" in shown(m))
        assert (answer.channel, desk.answering.questions[0].text) == ("CPROJETS", "How many days?")


async def test_help_tells_admins_more() -> None:
    async with at_work(saying("?")) as desk:
        await desk.slack.person("james").command("/souffleur", "help")
        told = shown(await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES"))
        assert "<@USOUFFLEUR> followed by your question" in told
        assert "/reindex" not in told
        await desk.slack.person("alice").command("/souffleur")
        assert "/reindex" in shown(await desk.slack.wait_for(lambda m: m.ephemeral_to == "UALICE"))


def test_the_shelf_gives_an_answer_once_to_its_asker_and_forgets_the_old() -> None:
    from bot.answering.answer import Answer

    now = [0.0]
    shelf, answer = Shelf(lambda: now[0]), Private("U1", "?", Answer("x", "answered", "en"))
    shelf.put("a", answer)
    assert shelf.take("a", "U2") is None
    assert shelf.take("a", "U1") is answer
    assert shelf.take("a", "U1") is None
    shelf.put("b", answer)
    now[0] = 90_000.0
    assert shelf.take("b", "U1") is None
