"""The pieces of Block Kit that our messages and views are made of. Pure; keeps within Slack's sizes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.slack.views.markup import escaped, label, on_one_line
from knowledge.core.text import visible

if TYPE_CHECKING:
    from bot.slack.i18n.texts import Texts

# A block is JSON as Slack defines it.
Block = dict[str, Any]
SECTION = 2_900
_HEADER = 150
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


def section(mrkdwn: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": _mrkdwn(mrkdwn)}


def context(mrkdwn: str) -> Block:
    """A paragraph in small print."""
    return {"type": "context", "elements": [_mrkdwn(mrkdwn)]}


def markdown(text: str) -> Block:
    """Standard Markdown, which Slack renders itself."""
    return {"type": "markdown", "text": text}


def header(text: str) -> Block:
    """A title."""
    return {"type": "header", "text": plain_text(shortened(text, _HEADER))}


def actions(*elements: Block) -> Block:
    """A row of buttons and menus."""
    return {"type": "actions", "elements": list(elements)}


def button(action: str, text: str, value: str = "", *, spoken: str = "") -> Block:
    """A button; `spoken` is what a screen reader says for it."""
    made: Block = {"type": "button", "action_id": action, "text": plain_text(text[:75])}
    made |= {"value": value} if value else {}
    return made | ({"accessibility_label": spoken[:75]} if spoken else {})


def grave_button(action: str, text: str, value: str = "", *, sure: str, deny: str) -> Block:
    """A button for what cannot be undone: it is red, and asks again."""
    asking = asking_button(action, text, value, sure=sure, deny=deny)
    return {**asking, "style": "danger", "confirm": {**asking["confirm"], "style": "danger"}}


def asking_button(action: str, text: str, value: str = "", *, sure: str, deny: str) -> Block:
    """A button after which Slack asks again, by `sure`; `deny` leaves everything as it is."""
    labels = {"title": plain_text(text), "confirm": plain_text(text), "deny": plain_text(deny)}
    return {**button(action, text, value), "confirm": {**labels, "text": _mrkdwn(sure)}}


def modal(title: str, blocks: Iterable[Block], *, close: str, submit: str = "", **more: str) -> Block:
    """A modal view; `more` are its callback_id and private_metadata."""
    view: Block = {"type": "modal", "title": plain_text(title[:24]), "close": plain_text(close[:24])}
    view |= {"submit": plain_text(submit[:24])} if submit else {}
    return {**view, **more, "blocks": list(blocks)}


def moment(seconds: float) -> str:
    """A moment in mrkdwn; Slack shows it in the language and time zone of whoever reads."""
    otherwise = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(seconds)}^{{date_short}} {{time}}|{otherwise}>"


def day(seconds: float) -> str:
    """A day in mrkdwn, as "yesterday" or with its date; Slack shows it in the language of whoever reads."""
    otherwise = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    return f"<!date^{int(seconds)}^{{date_short_pretty}}|{otherwise}>"


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
    line = on_one_line(visible(text))
    if len(line) <= length:
        return line
    return f"{line[: length - 1].rsplit(' ', 1)[0]}…"


def tail(path: str, length: int) -> str:
    """A path, cut at its beginning where it is too long: its end tells most."""
    return path if len(path) <= length else f"…{path[1 - length :]}"


def plain_text(text: str) -> Block:
    """Words without any markup."""
    return {"type": "plain_text", "text": visible(text)}


def _mrkdwn(text: str) -> Block:
    """Words with our markup: verbatim, Slack makes no link and no mention of a word that is not marked as one."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}
