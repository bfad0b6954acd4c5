"""Plays generated streams through the output filter and a reply in a thread, and has four parsers judge each state."""

from __future__ import annotations

import asyncio
import random
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from itertools import groupby
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import commonmark
import mistune
from cmarkgfm import cmark
from markdown_it import MarkdownIt

from bot.answering.output_filter.filter import OutputFilter
from bot.slack.api.errors import RefusedMethods
from bot.slack.api.rate_limits import RateLimitedClient
from bot.slack.events.parse import ThreadPlace
from bot.slack.replies.stream import ThreadReply
from bot.slack.views.block_kit import Block
from tests.attacks import judge
from tests.attacks.grammar import StreamGrammar

if TYPE_CHECKING:
    from collections.abc import Callable

_BY_LINKIFY = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(["table", "strikethrough", "linkify"])


class _WithoutHtml(mistune.HTMLRenderer):
    """Leaves HTML out, as cmark and commonmark do in their safe mode: nothing in it is a link of Markdown."""

    def block_html(self, html: str) -> str:
        return ""

    def inline_html(self, html: str) -> str:
        return "\n"


_BY_MISTUNE = mistune.create_markdown(
    renderer=_WithoutHtml(), plugins=["table", "strikethrough", "url", "task_lists", "footnotes"]
)
_BY_COMMONMARK = commonmark.HtmlRenderer({"safe": True})
_GFM_EXTENSIONS = ["table", "strikethrough", "autolink", "tasklist"]
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_TARGET = re.compile(r"\b(?:href|src)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_LEADS_OUT = ("a", "img")
_INLINE = ("a", "img", "em", "strong", "del", "s")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one parser reads: the targets of links and images, and the words outside code."""

    parser: str
    targets: tuple[str, ...]
    prose: str


def _by_cmark(text: str) -> str:
    options = cmark.Options.CMARK_OPT_FOOTNOTES
    return str(cmark.markdown_to_html_with_extensions(text, options=options, extensions=_GFM_EXTENSIONS))


def _by_commonmark(text: str) -> str:
    return str(_BY_COMMONMARK.render(commonmark.Parser().parse(text)))


PARSERS: dict[str, Callable[[str], str]] = {
    "cmark-gfm": _by_cmark,
    "markdown-it-py": lambda text: str(_BY_LINKIFY.render(text)),
    "commonmark": _by_commonmark,
    "mistune": lambda text: str(_BY_MISTUNE(text)),
}


def read_by(parser: str, text: str) -> Reading:
    """What a parser reads in a text."""
    return _reading_from_html(parser, PARSERS[parser](text).replace("<!-- raw HTML omitted -->", "\n"))


def _reading_from_html(parser: str, html: str) -> Reading:
    targets: list[str] = []
    prose, at, code = "", 0, 0
    for tag in _TAG.finditer(html):
        closes, name = bool(tag[1]), tag[2].lower()
        prose += html[at : tag.start()] if not code else ""
        at = tag.end()
        if name in _LEADS_OUT and not closes and (target := _TARGET.search(tag[3])):
            targets.append(unescape(target[1].strip("\"'")))
        if name == "code":
            code = max(0, code + (-1 if closes else 1))
        prose += "" if name in _INLINE else "\n"
    return Reading(parser, tuple(targets), unescape(prose + html[at:]))


PASSAGES = 3
_PLACE = ThreadPlace("T1", "C1", "1.1", "U1")
_EVERY_CUT = "cmark-gfm"  # reads what stands after each append; the others read one state, and the whole


@dataclass(slots=True)
class RecordingSlack:
    """Takes the calls of a stream; `messages` are the appended words and blocks of each message, in order."""

    messages: list[list[str | Block]] = field(default_factory=list)
    rate_limiter: Any = field(default_factory=lambda: SimpleNamespace(has_room=lambda *_, **__: True))
    refused_methods: RefusedMethods = field(default_factory=RefusedMethods)

    async def chat_startStream(self, *, chunks: Sequence[Block], **_: object) -> dict[str, str]:  # noqa: N802 (Slack's name)
        self.messages.append([])
        await self.chat_appendStream(chunks=chunks)
        return {"ts": f"{len(self.messages)}.0"}

    async def chat_appendStream(self, *, chunks: Sequence[Block], **_: object) -> None:  # noqa: N802 (Slack's name)
        for chunk in chunks:
            self.messages[-1] += [chunk["text"]] if chunk["type"] == "markdown_text" else chunk["blocks"]

    async def chat_stopStream(self, **_: object) -> None:  # noqa: N802 (Slack's name)
        pass


@dataclass(frozen=True, slots=True)
class Alive:
    """What is alive in a state of a message, and who found it."""

    found_by: str
    what: str
    shown: str


async def post_stream(pieces: Sequence[str]) -> list[list[str | Block]]:
    """The words and blocks that the calls of a stream get for the pieces of a model, for each message."""
    slack, output_filter = RecordingSlack(), OutputFilter(PASSAGES)
    ticks = iter(range(0, 10**9, 100))
    reply = ThreadReply(cast("RateLimitedClient", slack), _PLACE, clock=lambda: float(next(ticks)))
    for piece in pieces:
        if shown := output_filter.filter_text(piece):
            await reply.write_text(shown)
    await reply.write_text(output_filter.flush_text())
    await reply.finish_reply()
    return slack.messages


def join_words(message: Iterable[str | Block]) -> list[str | Block]:
    """What a message shows at its end: its words between its blocks, without the space around them."""
    groups = groupby(message, key=lambda piece: isinstance(piece, str))
    parts = [["".join(map(str, group)).strip()] if are_words else list(group) for are_words, group in groups]
    return [part for some in parts for part in some if part]


def find_alive(text: str, parsers: Sequence[str] = tuple(PARSERS)) -> Iterator[Alive]:
    """What is alive in Markdown, for parsers, and for Slack's own forms in all of the text, code included."""
    for token in find_slack_tokens(text):
        yield Alive("Slack", token, text)
    for parser in parsers:
        reading = read_by(parser, text)
        for target in reading.targets:
            yield Alive(parser, target, text)
        verdict = judge.judge_words(reading.prose)
        for what in (*verdict.foreign, *verdict.pings):
            yield Alive(f"{parser}, then Slack", what, text)


_TOKEN = re.compile(r"<\\*[@!#]\w[^<>\n]*>")
_HARMLESS = re.compile(r"<!(?:DOCTYPE|ELEMENT|ATTLIST|ENTITY|NOTATION)\s|<@[A-TVX-Z][a-z]\w{0,60} ")


def find_slack_tokens(text: str) -> list[str]:
    """Slack's forms of mentions and dates, in code too; a declaration of XML and a Java annotation are none."""
    plain = "".join(one for one in text if unicodedata.category(one) != "Cf")
    return [token for token in _TOKEN.findall(plain) if not _HARMLESS.match(token)]


def judge_messages(messages: Sequence[Sequence[str | Block]], chance: random.Random) -> Iterator[Alive]:
    """What is alive after each append, and in each whole message."""
    for message in messages:
        shown, states = "", [*range(1, len(message))]
        thorough = chance.choice(states) if states else 0
        for n, piece in enumerate(message, 1):
            if not isinstance(piece, str):
                yield from _judge_table(piece)
            shown += piece if isinstance(piece, str) else "\n\n"
            if n < len(message):
                yield from find_alive(shown, tuple(PARSERS) if n == thorough else (_EVERY_CUT,))
        yield from find_alive(shown)


def _judge_table(table: Block) -> Iterator[Alive]:
    """What is alive in a data table: in its text without markup a program may make links of addresses."""
    plain = [table["caption"], *(cell["text"] for row in table["rows"] for cell in row if "text" in cell)]
    for verdict in (judge.post({"blocks": [table]}), *map(judge.judge_words, plain)):
        for what in (*verdict.foreign, *verdict.pings):
            yield Alive("a data table", what, str(table))


def play_streams(first: int, count: int) -> Iterator[tuple[int, str, list[Alive]]]:
    """Plays the streams `first` to `first + count`; yields those in which something is alive."""
    loop = asyncio.new_event_loop()
    try:
        for n in range(first, first + count):
            stream, alive = loop.run_until_complete(play_stream(n))
            if alive:
                yield n, stream, alive
    finally:
        loop.close()


async def play_stream(n: int) -> tuple[str, list[Alive]]:
    """Plays stream number `n`."""
    chance = random.Random(n)  # noqa: S311 - the same number gives the same stream
    grammar = StreamGrammar(chance)
    stream = grammar.draw_stream()
    messages = await post_stream(grammar.draw_pieces(stream))
    return stream, list(judge_messages(messages, chance))
