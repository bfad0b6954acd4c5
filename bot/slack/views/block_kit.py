"""The pieces of Block Kit that our messages and views are made of. Pure; keeps within Slack's sizes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bot.slack.views.markup import escape_label, escape_mrkdwn, join_lines
from knowledge.core.text import strip_invisible

if TYPE_CHECKING:
    from bot.slack.i18n.texts import InterfaceTexts

# A block is JSON as Slack defines it.
Block = dict[str, Any]
SECTION_LENGTH = 2_900
_HEADER_LENGTH = 150
_URL_LENGTH = 1_000  # a longer one would fill a paragraph by itself


@dataclass(frozen=True, slots=True)
class DocumentLinks:
    """Where people may read a document, if anywhere. `template` holds {path} and perhaps {page}."""

    template: str | None = None

    def build_document_url(self, path: str, page: int | None) -> str | None:
        """The address of a page of a document."""
        if self.template is None:
            return None
        template = self.template if page is not None else self.template.partition("#")[0]
        return template.format(path=quote(path), page=page or 1)

    def format_document_link(self, title: str, path: str, page: int | None = None) -> str:
        """A document's title in mrkdwn, linked where there is an address."""
        address = self.build_document_url(path, page)
        fits = address is not None and len(address) <= _URL_LENGTH
        return f"<{escape_mrkdwn(address)}|{escape_label(title)}>" if address and fits else escape_label(title)


def build_section_block(mrkdwn: str) -> Block:
    """A paragraph."""
    return {"type": "section", "text": _build_mrkdwn_text(mrkdwn)}


def build_context_block(mrkdwn: str) -> Block:
    """A paragraph in small print."""
    return {"type": "context", "elements": [_build_mrkdwn_text(mrkdwn)]}


def build_markdown_block(text: str) -> Block:
    """Standard Markdown, which Slack renders itself."""
    return {"type": "markdown", "text": text}


def build_header_block(text: str) -> Block:
    """A title."""
    return {"type": "header", "text": build_plain_text(shorten_text(text, _HEADER_LENGTH))}


def build_actions_block(*elements: Block) -> Block:
    """A row of buttons and menus."""
    return {"type": "actions", "elements": list(elements)}


def build_button(action: str, text: str, value: str = "", *, accessibility_label: str = "") -> Block:
    """A button; `spoken` is what a screen reader says for it."""
    made: Block = {"type": "button", "action_id": action, "text": build_plain_text(text[:75])}
    made |= {"value": value} if value else {}
    return made | ({"accessibility_label": accessibility_label[:75]} if accessibility_label else {})


def build_danger_button(action: str, text: str, value: str = "", *, confirm_text: str, deny: str) -> Block:
    """A button for what cannot be undone: it is red, and asks again."""
    asking = build_confirm_button(action, text, value, confirm_text=confirm_text, deny=deny)
    return {**asking, "style": "danger", "confirm": {**asking["confirm"], "style": "danger"}}


def build_confirm_button(action: str, text: str, value: str = "", *, confirm_text: str, deny: str) -> Block:
    """A button after which Slack asks again, by `sure`; `deny` leaves everything as it is."""
    labels = {"title": build_plain_text(text), "confirm": build_plain_text(text), "deny": build_plain_text(deny)}
    return {**build_button(action, text, value), "confirm": {**labels, "text": _build_mrkdwn_text(confirm_text)}}


def build_modal(title: str, blocks: Iterable[Block], *, close: str, submit: str = "", **more: str) -> Block:
    """A modal view; `more` are its callback_id and private_metadata."""
    view: Block = {"type": "modal", "title": build_plain_text(title[:24]), "close": build_plain_text(close[:24])}
    view |= {"submit": build_plain_text(submit[:24])} if submit else {}
    return {**view, **more, "blocks": list(blocks)}


def format_datetime(seconds: float) -> str:
    """A moment in mrkdwn; Slack shows it in the language and time zone of whoever reads."""
    otherwise = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(seconds)}^{{date_short}} {{time}}|{otherwise}>"


def format_date(seconds: float) -> str:
    """A day in mrkdwn, as "yesterday" or with its date; Slack shows it in the language of whoever reads."""
    otherwise = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    return f"<!date^{int(seconds)}^{{date_short_pretty}}|{otherwise}>"


def pack_lines(lines: Iterable[str], more: str, max_sections: int, budget: int) -> list[Block]:
    """Lines in at most `most` sections and `budget` characters; by `more`, how many lines there are left."""
    every = [line[:SECTION_LENGTH] for line in lines]
    chunks: list[list[str]] = []
    room = 0
    for line in every:
        size = len(line) + 1
        if size > room:
            if len(chunks) == max_sections - 1:
                break
            chunks.append([])
            room = SECTION_LENGTH + 1
        if size > budget:
            break
        chunks[-1].append(line)
        room, budget = room - size, budget - size
    left = len(every) - sum(map(len, chunks))
    sections = [build_section_block("\n".join(chunk)) for chunk in chunks if chunk]
    return [*sections, build_context_block(more.format(n=left))] if left else sections


def fit_lines(lines: Iterable[str], texts: InterfaceTexts, budget: int = SECTION_LENGTH) -> str:
    """As many whole lines as fit into `budget` characters, and how many more there are."""
    lines = list(lines)
    room = budget - len(texts.more) - 10
    for count, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            return "\n".join((*lines[:count], texts.more.format(n=len(lines) - count)))
    return "\n".join(lines)


def shorten_text(text: str, length: int) -> str:
    """The text on one line, cut at a word's end where it is too long."""
    line = join_lines(strip_invisible(text))
    if len(line) <= length:
        return line
    return f"{line[: length - 1].rsplit(' ', 1)[0]}…"


def shorten_path(path: str, length: int) -> str:
    """A path, cut at its beginning where it is too long: its end tells most."""
    return path if len(path) <= length else f"…{path[1 - length :]}"


def build_plain_text(text: str) -> Block:
    """Words without any markup."""
    return {"type": "plain_text", "text": strip_invisible(text)}


def _build_mrkdwn_text(text: str) -> Block:
    """Words with our markup: verbatim, Slack makes no link and no mention of a word that is not marked as one."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}
