"""Builds the blocks of messages and views, within Slack's sizes. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from bot.answering.output_filter.titles import flatten_title
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.views.markup import escape_label, escape_mrkdwn, join_lines
from knowledge.core.text import strip_invisible

# A block is a JSON object that Slack defines.
Block = dict[str, Any]
SECTION_LENGTH = 2_900
_HEADER_LENGTH = 150
_URL_LENGTH = 1_000  # a longer URL would fill a paragraph by itself


@dataclass(frozen=True, slots=True)
class DocumentLinks:
    """Links documents to where people can read them. `template` holds {path} and perhaps {page}."""

    template: str | None = None

    def build_document_url(self, path: str, page: int | None) -> str | None:
        """Builds the URL of a page of a document; None without a template."""
        if self.template is None:
            return None
        template = self.template if page is not None else self.template.partition("#")[0]
        return template.format(path=quote(path), page=page or 1)

    def format_document_link(self, title: str, path: str, page: int | None = None) -> str:
        """Formats a document's title in mrkdwn, as a link if there is a URL."""
        address = self.build_document_url(path, page)
        fits = address is not None and len(address) <= _URL_LENGTH
        return f"<{escape_mrkdwn(address)}|{escape_label(title)}>" if address and fits else escape_label(title)


def build_section_block(mrkdwn: str) -> Block:
    """Builds a paragraph."""
    return {"type": "section", "text": _build_mrkdwn_text(mrkdwn)}


def build_context_block(mrkdwn: str) -> Block:
    """Builds a paragraph in small print."""
    return {"type": "context", "elements": [_build_mrkdwn_text(mrkdwn)]}


def build_markdown_block(text: str) -> Block:
    """Builds a block of standard Markdown, which Slack renders."""
    return {"type": "markdown", "text": text}


def build_header_block(text: str) -> Block:
    """Builds a title."""
    return {"type": "header", "text": build_plain_text(shorten_text(text, _HEADER_LENGTH))}


def build_actions_block(*elements: Block) -> Block:
    """Builds a row of buttons and menus."""
    return {"type": "actions", "elements": list(elements)}


def build_button(action: str, text: str, value: str = "", *, accessibility_label: str = "") -> Block:
    """Builds a button; a screen reader says `accessibility_label`."""
    made: Block = {"type": "button", "action_id": action, "text": build_plain_text(text[:75])}
    made |= {"value": value} if value else {}
    return made | ({"accessibility_label": flatten_title(accessibility_label)[:75]} if accessibility_label else {})


def build_danger_button(action: str, text: str, value: str = "", *, confirm_text: str, deny: str) -> Block:
    """Builds a red button for what cannot be undone; Slack asks for a confirmation."""
    asking = build_confirm_button(action, text, value, confirm_text=confirm_text, deny=deny)
    return {**asking, "style": "danger", "confirm": {**asking["confirm"], "style": "danger"}}


def build_confirm_button(action: str, text: str, value: str = "", *, confirm_text: str, deny: str) -> Block:
    """Builds a button for which Slack asks a confirmation; `deny` is the label that cancels."""
    labels = {"title": build_plain_text(text), "confirm": build_plain_text(text), "deny": build_plain_text(deny)}
    return {**build_button(action, text, value), "confirm": {**labels, "text": _build_mrkdwn_text(confirm_text)}}


def build_modal(title: str, blocks: Iterable[Block], *, close: str, submit: str = "", **more: str) -> Block:
    """Builds a modal view; `more` are its callback_id and private_metadata."""
    view: Block = {"type": "modal", "title": build_plain_text(title[:24]), "close": build_plain_text(close[:24])}
    view |= {"submit": build_plain_text(submit[:24])} if submit else {}
    return {**view, **more, "blocks": list(blocks)}


def format_datetime(seconds: float) -> str:
    """Formats a time in mrkdwn; Slack shows it in the reader's language and time zone."""
    otherwise = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(seconds)}^{{date_short}} {{time}}|{otherwise}>"


def format_date(seconds: float) -> str:
    """Formats a day in mrkdwn, in the reader's time zone and in digits: a word would be in the reader's language."""
    otherwise = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d")
    return f"<!date^{int(seconds)}^{{date_num}}|{otherwise}>"


def pack_lines(lines: Iterable[str], more: str, max_sections: int, budget: int) -> list[Block]:
    """Packs lines into at most `max_sections` sections and `budget` characters; `more` tells how many are left out."""
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
    """Joins as many whole lines as fit into `budget` characters, and tells how many are left out."""
    lines = list(lines)
    room = budget - len(texts.more) - 10
    for count, line in enumerate(lines):
        room -= len(line) + 1
        if room < 0:
            return "\n".join((*lines[:count], texts.more.format(n=len(lines) - count)))
    return "\n".join(lines)


def shorten_text(text: str, length: int) -> str:
    """Puts a text on one line, and cuts it at the end of a word if it is too long."""
    line = join_lines(strip_invisible(text))
    if len(line) <= length:
        return line
    return f"{line[: length - 1].rsplit(' ', 1)[0]}…"


def shorten_path(path: str, length: int) -> str:
    """Cuts the beginning of a path that is too long: its end tells most."""
    return path if len(path) <= length else f"…{path[1 - length :]}"


def build_plain_text(text: str) -> Block:
    """Builds a text without markup; codes of emoji stay text."""
    return {"type": "plain_text", "text": flatten_title(strip_invisible(text))}


def _build_mrkdwn_text(text: str) -> Block:
    """Builds a text with our markup; `verbatim` stops Slack from adding links and mentions."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}
