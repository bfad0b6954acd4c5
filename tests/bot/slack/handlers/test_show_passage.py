"""A passage between its neighbours, and the next passages below a quote, in a modal."""

from __future__ import annotations

import json

import pytest

from bot.answering.answer import Answer
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.views.block_kit import DocumentLinks
from bot.slack.views.passages import render_passage_modal
from bot.slack.views.sources import MorePassagesButton, PassageButton
from knowledge.core.documents import Document
from knowledge.core.passages import Citation, Excerpt, FoundPassage, Passage, passages_from_excerpts
from knowledge.retrieval.passage_lookup import PassageNeighbours
from playground.slack.state.records import View
from playground.slack.web_api.json_values import JsonObject
from playground.slack.web_api.methods_views import view_problems
from tests.bot.slack.running_bot import Desk, at_work, document, indexed, saying

TEXTS = ("Leave is asked for.", "Two days <b>a week</b>.", "Nobody counts.")
HANDBOOK = document("hr/staff handbook.pdf", title="Staff handbook", changed_at=86_400.0)
SECRET = document("@alice/diary.md", title="Diary", audience=frozenset({"@alice"}))
QUOTED = ("Leave is asked for in writing.", "You have two days of leave a week.", "Nobody counts the leave.")


def made(of: Document = HANDBOOK) -> list[Passage]:
    return passages_from_excerpts(of, [Excerpt(text, 12, 12, ("Leave", "Remote work")) for text in TEXTS])


def cited(passage: Passage) -> Citation:
    return Citation(1, passage.title, passage.path, 12, passage.excerpt.section, passage.id)


async def _modal(desk: Desk, holding: str) -> View:
    return await desk.slack.wait_until(
        lambda: next((v for v in desk.slack.views if v.kind == "modal" and holding in _words(v.body)), None)
    )


def _words(body: JsonObject) -> str:
    return json.dumps(body, ensure_ascii=False)


async def test_show_passage_opens_the_exact_words_between_their_neighbours() -> None:
    async with at_work(saying("Two days [1].", citations=(cited(made()[1]),))) as desk:
        indexed(desk, HANDBOOK, made())
        ts = await desk.slack.person("james").dm("how many days?")
        await desk.slack.person("james").click(await desk.reply_to(ts, holding="Sources"), "show_passage_1")
        words = _words((await _modal(desk, "a week")).body)
    assert '"text": "Two days <b>a week</b>."' in words
    assert words.index(TEXTS[0]) < words.index("a week") < words.index(TEXTS[2])
    assert "p. 12 · Leave › Remote work · changed <!date^86400" in words


async def test_a_passage_that_is_no_longer_there_is_said_to_be_gone_in_the_answer_s_language() -> None:
    async with at_work(saying("Deux jours [1].", language="fr", citations=(cited(made()[1]),))) as desk:
        ts = await desk.slack.person("james").dm("combien de jours ?")
        await desk.slack.person("james").click(await desk.reply_to(ts, holding="Sources"), "show_passage_1")
        await _modal(desk, "ne peux pas montrer ce passage")


async def test_what_a_button_says_is_not_shown_but_looked_up() -> None:
    async with at_work(saying("?")) as desk:
        indexed(desk, HANDBOOK, made())
        forged: JsonObject = {"type": "button", "action_id": "show_passage_1", "block_id": "b", "value": "1 Evil words"}
        await desk.press("james", await desk.posted("james", "hello"), forged)
        assert "Evil" not in _words((await _modal(desk, "cannot show this passage")).body)


@pytest.mark.parametrize("kind", ["text", "code", "table"])
def test_the_largest_passage_fits_into_a_modal(kind: str) -> None:
    long = Excerpt("é " * 40_000, 1, 2, ("s" * 200,) * 5, kind)  # type: ignore[arg-type] # a test's own
    passages = passages_from_excerpts(document(title="t" * 300), [long] * 3)
    shown = render_passage_modal(
        PassageButton(1, "x"), PassageNeighbours(passages[1], passages[0], passages[2]), 1.0, DocumentLinks(), FRENCH
    )
    assert view_problems(shown, "modal") == []


def test_what_was_quoted_is_in_bold() -> None:
    passage = made()[1]
    button = PassageButton(1, passage.id, ((4, 8), (900, 990)))
    view = render_passage_modal(button, PassageNeighbours(passage), None, DocumentLinks(), ENGLISH)
    [text] = [block for block in view["blocks"] if block["type"] == "rich_text"]
    assert [(one["text"], "style" in one) for one in text["elements"][0]["elements"]] == [
        ("Two ", False),
        ("days", True),
        (" <b>a week</b>.", False),
    ]


def test_code_keeps_its_columns() -> None:
    code = passages_from_excerpts(HANDBOOK, [Excerpt("def f():\n    pass", kind="code")])[0]
    words = _words(
        render_passage_modal(PassageButton(1, code.id), PassageNeighbours(code), None, DocumentLinks(), ENGLISH)
    )
    assert "rich_text_preformatted" in words
    assert "Before it" not in words


def quoted_passages() -> list[Passage]:
    return passages_from_excerpts(HANDBOOK, [Excerpt(text, 12, 12, ("Leave",)) for text in QUOTED])


def quoting(passages: list[Passage]) -> Answer:
    first, *others = passages
    cited = Citation(1, first.title, first.path, 12, first.excerpt.section, first.id, spans=((0, 5),))
    found = tuple(FoundPassage(one, 1.0) for one in (first, *others))
    return Answer(
        "> Leave is asked for [1]", "passages_only", "en", (cited,), found, searched="how many days of leave?"
    )


async def test_the_next_passages_are_shown_each_with_its_source() -> None:
    answer = quoting(quoted_passages())
    async with at_work(
        saying(answer.text, state=answer.state, citations=answer.citations, passages=answer.passages)
    ) as desk:
        indexed(desk, HANDBOOK, quoted_passages())
        james = desk.slack.person("james")
        ts = await james.dm("how many days of leave?")
        await james.click(await desk.reply_to(ts, holding="Sources"), "more_passages")
        view = await _modal(desk, "days of leave")
    shown = _words(view.body)
    assert shown.index("Staff handbook") < shown.index("You have two ")
    assert "Nobody counts the" in shown
    assert "asked for in writing" not in shown
    assert view_problems(view.body, "modal") == []


async def test_a_person_sees_only_the_passages_that_are_for_them() -> None:
    own = passages_from_excerpts(SECRET, [Excerpt("Alice takes leave on Mondays.")])
    async with at_work(saying("?")) as desk:
        indexed(desk, SECRET, own)
        value = MorePassagesButton("leave", (own[0].id, "not an id")).value
        forged: JsonObject = {"type": "button", "action_id": "more_passages", "block_id": "b", "value": value}
        await desk.press("james", await desk.posted("james", "hello"), forged)
        assert "Mondays" not in _words((await _modal(desk, "cannot show more passages")).body)
