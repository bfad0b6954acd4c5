"""Renders quotes as rich text, and the modal with the next passages below an answer. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answering.quoting.markdown import emphasis_pattern, show_list_mark
from bot.slack.views.block_kit import Block, DocumentLinks, build_context_block, build_modal, build_section_block
from bot.slack.views.sources import format_passage_place
from knowledge.core.text import strip_invisible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bot.answering.quoting.quote import Quote, QuoteLine
    from bot.slack.i18n.texts import InterfaceTexts


def render_rich_text(parts: Iterable[tuple[str, bool]], kind: str = "rich_text_quote") -> Block:
    """Renders parts of a text, each with whether it is in bold; nothing in it becomes a link or a mention."""
    shown = ((strip_invisible(text), strong) for text, strong in parts)
    texts = [
        {"type": "text", "text": text} | ({"style": {"bold": True}} if strong else {}) for text, strong in shown if text
    ]
    return {"type": "rich_text", "elements": [{"type": kind, "elements": texts}]}


def render_more_passages(quotes: Sequence[Quote], links: DocumentLinks, texts: InterfaceTexts) -> Block:
    """Renders the modal: for each passage where it is, then what is quoted of it."""
    if not quotes:
        return render_more_passages_sentence(texts.more_passages_gone, texts)
    blocks: list[Block] = []
    for quote in quotes:
        blocks += [
            build_context_block(f"*{format_passage_place(quote.found.passage, links, texts)}*"),
            render_rich_text(_quote_parts(quote), "rich_text_preformatted" if quote.is_code else "rich_text_quote"),
        ]
    return build_modal(texts.more_passages_title, blocks, close=texts.close)


def render_more_passages_sentence(sentence: str, texts: InterfaceTexts) -> Block:
    """Renders the modal with one sentence."""
    return build_modal(texts.more_passages_title, [build_section_block(sentence)], close=texts.close)


def _quote_parts(quote: Quote) -> Iterator[tuple[str, bool]]:
    for n, line in enumerate(quote.lines):
        if n:
            yield "\n", False
        yield from _line_parts(line)


def _line_parts(line: QuoteLine) -> Iterator[tuple[str, bool]]:
    text, pattern = show_list_mark(line.text), emphasis_pattern(line.strong)
    at = 0
    for found in pattern.finditer(text) if pattern else ():
        yield text[at : found.start()], False
        yield found[0], True
        at = found.end()
    yield text[at:], False
