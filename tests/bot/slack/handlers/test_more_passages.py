from __future__ import annotations

import json

from bot.answering.answer import Answer
from bot.slack.views.sources import MorePassagesButton
from knowledge.core.passages import Citation, Excerpt, FoundPassage, Passage, passages_from_excerpts
from playground.slack.state.records import View
from playground.slack.web_api.json_values import JsonObject
from playground.slack.web_api.methods_views import view_problems
from tests.bot.slack.indexed_passages import indexed
from tests.bot.slack.running_bot import Desk, at_work, document, saying

HANDBOOK = document("hr/staff handbook.pdf", title="Staff handbook")
SECRET = document("@alice/diary.md", title="Diary", audience=frozenset({"@alice"}))
TEXTS = ("Leave is asked for in writing.", "You have two days of leave a week.", "Nobody counts the leave.")


def made() -> list[Passage]:
    return passages_from_excerpts(HANDBOOK, [Excerpt(text, 12, 12, ("Leave",)) for text in TEXTS])


def quoting(passages: list[Passage]) -> Answer:
    first, *others = passages
    cited = Citation(1, first.title, first.path, 12, first.excerpt.section, first.id, spans=((0, 5),))
    found = tuple(FoundPassage(one, 1.0) for one in (first, *others))
    return Answer(
        "> Leave is asked for [1]", "passages_only", "en", (cited,), found, searched="how many days of leave?"
    )


async def modal(desk: Desk, holding: str) -> View:
    return await desk.slack.wait_until(
        lambda: next((v for v in desk.slack.views if v.kind == "modal" and holding in words(v.body)), None)
    )


def words(body: JsonObject) -> str:
    return json.dumps(body, ensure_ascii=False)


async def test_the_next_passages_are_shown_each_with_its_source() -> None:
    answer = quoting(made())
    async with at_work(
        saying(answer.text, state=answer.state, citations=answer.citations, passages=answer.passages)
    ) as desk:
        indexed(desk, HANDBOOK, made())
        james = desk.slack.person("james")
        ts = await james.dm("how many days of leave?")
        await james.click(await desk.reply_to(ts, holding="Sources"), "more_passages")
        view = await modal(desk, "days of leave")
    shown = words(view.body)
    assert shown.index("Staff handbook") < shown.index("You have two ")
    assert "Nobody counts the" in shown
    assert "asked for in writing" not in shown
    assert view_problems(view.body, "modal") == []


async def test_a_person_sees_only_the_passages_that_are_for_them() -> None:
    own = passages_from_excerpts(SECRET, [Excerpt("Alice takes leave on Mondays.")])
    async with at_work(saying("?")) as desk:
        indexed(desk, SECRET, own)
        james = desk.slack.person("james")
        value = MorePassagesButton("leave", (own[0].id, "not an id")).value
        forged: JsonObject = {"type": "button", "action_id": "more_passages", "block_id": "b", "value": value}
        ts = await james.post("#general", "hello")
        message = await desk.slack.wait_for(lambda m: m.ts == ts)
        await desk.slack.block_actions.press_in_message(
            james.user, desk.slack.workspace.channels["CGENERAL"], message, forged
        )
        assert "Mondays" not in words((await modal(desk, "cannot show more passages")).body)
