"""The look of what follows an answer: sources, nearest passages, notices. Pure; keeps within Slack's sizes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.slack.markup import escaped, label
from knowledge.passages import span_of_pages

if TYPE_CHECKING:
    from bot.answering.answer import Answer
    from bot.slack.texts import Texts
    from knowledge.passages import Citation, Found

# A block is JSON as Slack defines it.
Block = dict[str, Any]
SECTION = 2_900
_SOURCES = 1_600  # with a page of text, a message stays under 13,200 characters
_NEAREST = 3
_QUOTE = 160
_TRAIL = 80
_ADDRESS = 1_000  # a longer one would fill a paragraph by itself


@dataclass(frozen=True, slots=True)
class Links:
    """Where people may read a document, if anywhere. `template` holds {path} and perhaps {page}."""

    template: str | None = None

    def to(self, path: str, page: int | None) -> str | None:
        """The address of a page of a document."""
        if self.template is None:
            return None
        template = self.template if page is not None else self.template.partition("#")[0]
        return template.format(path=quote(path), page=page or 1)

    def shown(self, title: str, path: str, page: int | None = None) -> str:
        """A document's title in mrkdwn, linked where there is an address."""
        address = self.to(path, page)
        fits = address is not None and len(address) <= _ADDRESS
        return f"<{escaped(address)}|{label(title)}>" if address and fits else label(title)


def after(answer: Answer, links: Links, texts: Texts, notices: Sequence[str] = ()) -> list[Block]:
    """What follows the words of an answer; `notices` come before the answer's own."""
    blocks = [_nearest(answer, links, texts)] if answer.state == "not_found" and answer.passages else []
    if answer.citations:
        blocks.append(_sources(answer.citations, links, texts))
    return [*blocks, *(context(label(notice)[:500]) for notice in (*notices, *answer.notices))]


def section(mrkdwn: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": {"type": "mrkdwn", "text": mrkdwn}}


def context(mrkdwn: str) -> Block:
    """A paragraph in small print."""
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": mrkdwn}]}


def markdown(text: str) -> Block:
    """Standard Markdown, which Slack renders itself."""
    return {"type": "markdown", "text": text}


def header(text: str) -> Block:
    """A title."""
    return {"type": "header", "text": _plain(text)}


def button(action: str, text: str, value: str, *, sure: str, deny: str) -> Block:
    """A button for what cannot be undone: Slack asks again, by `sure`, and `deny` leaves everything as it is."""
    question = {"type": "mrkdwn", "text": sure}
    again = {"title": _plain(text), "text": question, "confirm": _plain(text), "deny": _plain(deny), "style": "danger"}
    return {
        "type": "button",
        "action_id": action,
        "text": _plain(text),
        "value": value,
        "style": "danger",
        "confirm": again,
    }


def moment(seconds: float) -> str:
    """A moment in mrkdwn; Slack shows it in the language and time zone of whoever reads."""
    otherwise = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(seconds)}^{{date_short}} {{time}}|{otherwise}>"


def packed(lines: Iterable[str], more: str, most: int, budget: int) -> list[Block]:
    """Lines in at most `most` sections and `budget` characters; by `more`, how many lines there are left."""
    every = [line[:SECTION] for line in lines]
    chunks: list[list[str]] = []
    room = 0
    for line in every:
        size = len(line) + 1
        if size > room:
            if len(chunks) == most - 1:
                break
            chunks.append([])
            room = SECTION + 1
        if size > budget:
            break
        chunks[-1].append(line)
        room, budget = room - size, budget - size
    left = len(every) - sum(map(len, chunks))
    sections = [section("\n".join(chunk)) for chunk in chunks if chunk]
    return [*sections, context(more.format(n=left))] if left else sections


def fitted(lines: Iterable[str], texts: Texts, budget: int = SECTION) -> str:
    """As many whole lines as fit into `budget` characters, and how many more there are."""
    lines = list(lines)
    room = budget - len(texts.more) - 10
    for count, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            return "\n".join((*lines[:count], texts.more.format(n=len(lines) - count)))
    return "\n".join(lines)


def shortened(text: str, length: int) -> str:
    """The text on one line, cut at a word's end where it is too long."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    return f"{line[: length - 1].rsplit(' ', 1)[0]}…"


def tail(path: str, length: int) -> str:
    """A path, cut at its beginning where it is too long: its end tells most."""
    return path if len(path) <= length else f"…{path[1 - length :]}"


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def _sources(citations: Iterable[Citation], links: Links, texts: Texts) -> Block:
    lines = (_source(citation, links, texts) for citation in citations)
    return context(fitted((f"*{texts.sources}*", *lines), texts, _SOURCES))


def _source(citation: Citation, links: Links, texts: Texts) -> str:
    place = [links.shown(citation.document, citation.path, citation.page)]
    if citation.pages:
        place.append(texts.page.format(page=citation.pages))
    trail = citation.section[1:] if citation.section[:1] == (citation.document,) else citation.section
    where = f" — {label(shortened(' › '.join(trail), _TRAIL))}" if trail else ""
    return f"[{citation.n}] {', '.join(place)}{where}"


def _nearest(answer: Answer, links: Links, texts: Texts) -> Block:
    lines = (_near(found, links, texts) for found in answer.passages[:_NEAREST])
    return section(fitted((texts.nearest, *lines), texts))


def _near(found: Found, links: Links, texts: Texts) -> str:
    passage, excerpt = found.passage, found.passage.excerpt
    place = links.shown(passage.title or passage.path, passage.path, excerpt.page)
    pages = span_of_pages(excerpt.page, excerpt.last_page)
    number = f", {texts.page.format(page=pages)}" if pages else ""
    return f"• {place}{number}: {texts.quoted.format(text=label(shortened(excerpt.text, _QUOTE)))}"
