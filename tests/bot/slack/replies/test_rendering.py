"""What the model writes, and what Slack is handed to show: the model's Markdown, which Slack renders, made safe."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bot.answering.answer import Answer, AnswerText
from bot.answering.output_filter.filter import OutputFilter
from bot.slack.replies.paging import PAGE_BYTES, find_open_fence
from bot.slack.views.rich_text import read_rich_text
from tests.bot.slack.running_bot import Desk, Script, at_work, found

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from bot.answering.answer import AnswerEvent
    from bot.answering.question import Question
    from playground.slack.state.records import Message
    from playground.slack.web_api.json_values import JsonObject

CASES = {
    "headings": ("# Leave\n\n## Remote *work*\n\n### In detail\n\nTwo days [1].", None),
    "emphasis": ("**Two days**, _at most_, not ~~three~~, ***never*** four [1].", None),
    "nested lists": ("- Leave\n  - paid [1]\n    - from May\n  - unpaid\n- Remote work", None),
    "numbered lists": ("1. Ask [1]\n   1. your manager\n   2. in writing\n2. Wait\n\n10. Go", None),
    "tasks": ("- [ ] ask first\n- [x] wait [1]", None),
    "tables": ("| Who | Days |\n|:--|--:|\n| interns | 2 [1] |\n| `all` | **3** [2] |",
               "| Who | Days |\n|---|---|\n| interns | 2 [1] |\n| `all` | 3 [2] |"),
    "a break in a cell": ("| Who | Days |\n|---|---|\n| interns<br>and<br/>others | 2 [1] |",
                          "| Who | Days |\n|---|---|\n| interns and others | 2 [1] |"),
    "code with its language": ("So [1]:\n\n```java\nList<@NonNull String> a = x[0];  // https://a.example\n```", None),
    "code in a line": ("Set `server.port=8080` and `a[1]` [1].", None),
    "quotes": ("> Two days a week,\n> with consent [1].\n>\n> > Nested.", None),
    "a rule": ("Before [1]\n\n---\n\nafter.", None),
    "links": ("See [the guide](https://evil.example/x), <https://evil.example> and [1].",
              "See the guide, `https://evil.example` and [1]."),
    "reference links": ("See [the guide][g] [1].\n\n[g]: https://evil.example",
                        "See [the guide][g] [1].\n\n[g] : `https://evil.example`"),
    "images": ("![a chart](https://evil.example/c.png) shows it [1].", "a chart shows it [1]."),
    "mentions": ("Ask <@U0123ABC> or <!channel> [1].", "Ask `U0123ABC` or `channel` [1]."),
    "citations": ("Two days [1][2], [1, 2] and not [7].", None),
}  # fmt: skip


def speaking(text: str, size: int = 11) -> Script:
    """A model that says a text in pieces, through what checks every answer."""

    async def script(_: Question) -> AsyncIterator[AnswerEvent]:
        outlet = OutputFilter(3)
        for at in range(0, len(text), size):
            if words := outlet.filter_text(text[at : at + size]):
                yield AnswerText(words)
        if words := outlet.flush_text():
            yield AnswerText(words)
        yield Answer(outlet.text, "answered", "en", passages=(found(),))

    return script


async def told(desk: Desk, end: str) -> list[Message]:
    """The messages of the answer to a question, once its end is there."""
    ts = await desk.slack.person("james").dm("How many?")
    await desk.reply_to(ts, holding=end)
    await desk.finished()
    return desk.replies_to(ts)


def shown_of(message: Message) -> str:
    """The Markdown that Slack renders of a message, what was streamed or its blocks; a data table as Markdown."""
    posted = [block for block in message.blocks if block["type"] in ("markdown", "data_table")]
    parts = [part if isinstance(part, str) else _as_markdown(part) for part in posted or message.parts]
    return "".join(parts)


def _as_markdown(block: JsonObject) -> str:
    if block["type"] == "markdown":
        return str(block["text"])
    head, *rows = read_rich_text([block]).splitlines(keepends=True)
    return f"{head}|{'---|' * (head.count('|') - 1)}\n{''.join(rows)}\n"


@pytest.mark.parametrize("streams", [True, False], ids=["streamed", "posted"])
@pytest.mark.parametrize("name", CASES)
async def test_slack_is_handed_the_model_s_markdown_made_safe(name: str, streams: bool) -> None:
    said, shown = CASES[name]
    async with at_work(speaking(f"{said}\n\nThe end.")) as desk:
        if not streams:
            desk.slack.faults.no_streaming()
        (message,) = await told(desk, "The end.")
        expected = (shown or said).replace(", [1, 2] and not [7]", ", [1][2] and not")
        assert shown_of(message).removesuffix("The end.").strip() == expected
        assert ("data_table" in str(message)) is ("| Who |" in said)


ROWS = [f"| {n} | what stands in row number {n}, at some length [{n % 3 + 1}] |" for n in range(400)]
ITEMS = [
    f"{n}. point number {n} of a long list, told at length [1][2]\n   - and what belongs to it" for n in range(300)
]
LINES = [f"    int number{n} = {n};  // a line of code [9]" for n in range(500)]
SENTENCES = " ".join(f"This is sentence number {n} of a paragraph that does not end [1, 2, 3]." for n in range(300))
LONG = {
    "code": "\n".join(("```java", *LINES, "```")),
    "table": "\n".join(("| n | what |", "|---|---|", *ROWS)),
    "list": "\n".join(ITEMS),
    "citations": SENTENCES,
}


@pytest.mark.parametrize("streams", [True, False], ids=["streamed", "posted"])
@pytest.mark.parametrize("kind", LONG)
async def test_what_is_longer_than_a_message_goes_on_whole_in_the_next(kind: str, streams: bool) -> None:
    async with at_work(speaking(f"Before.\n\n{LONG[kind]}\n\nThe end.", size=97)) as desk:
        if not streams:
            desk.slack.faults.no_streaming()
        pages = [shown_of(message) for message in await told(desk, "The end.")]
    assert len(pages) > 1
    assert all(len(page.encode()) <= PAGE_BYTES + 100 and find_open_fence(page) is None for page in pages)
    assert all(page.count("[") == page.count("]") for page in pages)
    heads = {"code": "```java\n", "table": "| n | what |\n|---|---|\n"}
    assert all(page.startswith(heads.get(kind, "")) for page in pages[1:])
    assert not any(page.startswith("   ") for page in pages)
    for sign in (r"int number\d+ = \d+;", r"row number \d+", r"point number \d+", r"sentence number \d+"):
        assert re.findall(sign, "\n".join(pages)) == re.findall(sign, LONG[kind])
