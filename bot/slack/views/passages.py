"""Renders a cited passage, and the next passages below an answer, in a modal. Pure.

The text of a passage has its tables as `a | b | c`, which nobody reads well in Slack: each row is shown with the labels
of its columns, all else word for word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bot.answering.languages.all_languages import PROMPT_TEXTS
from bot.answering.quoting.markdown import emphasis_pattern, show_list_mark
from bot.answering.quoting.quote import Quote, QuoteLine
from bot.answering.quoting.rows import format_row
from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.views.block_kit import (
    Block,
    DocumentLinks,
    build_context_block,
    build_modal,
    build_section_block,
    format_date,
    shorten_text,
)
from bot.slack.views.markup import escape_label
from bot.slack.views.sources import PassageButton, format_passage_place
from knowledge.core.passages import Excerpt, Passage, format_page_range
from knowledge.core.text import strip_invisible
from knowledge.retrieval.passage_lookup import PassageNeighbours
from knowledge.retrieval.passage_pieces import Piece, split_into_pieces

Part = tuple[str, bool]  # a text, and whether it was quoted
_NEIGHBOUR_LENGTH = 400  # characters of each neighbour: the passage itself stays in sight
_PASSAGE_LENGTH = 20_000  # characters of one passage
_TRAIL_LENGTH = 200


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
        return render_sentence_modal(texts.more_passages, texts.more_passages_gone, texts)
    blocks: list[Block] = []
    for quote in quotes:
        blocks += [
            build_context_block(f"*{format_passage_place(quote.found.passage, links, texts)}*"),
            render_rich_text(_quote_parts(quote), "rich_text_preformatted" if quote.is_code else "rich_text_quote"),
        ]
    return build_modal(texts.more_passages, blocks, close=texts.close)


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


def render_passage_modal(
    passage_button: PassageButton,
    found: PassageNeighbours,
    changed_at: float | None,
    links: DocumentLinks,
    texts: InterfaceTexts,
    extra: Sequence[Block] = (),
) -> Block:
    """Renders the modal: where the passage is, `extra`, what comes before it, its text, what comes after it."""
    colon = PROMPT_TEXTS[texts.code].answer.colon
    passage, excerpt = found.passage, found.passage.excerpt
    facts = [texts.page.format(page=pages)] if (pages := format_page_range(excerpt.page, excerpt.last_page)) else []
    trail = excerpt.section[1:] if excerpt.section[:1] == (passage.title,) else excerpt.section
    facts += [escape_label(shorten_text(" › ".join(trail), _TRAIL_LENGTH))] if trail else []
    facts += [texts.changed.format(moment=format_date(changed_at))] if changed_at else []
    title = links.format_document_link(passage.title or passage.path, passage.path, excerpt.link_page)
    blocks = [build_section_block(f"*{title}*"), *([build_context_block(" · ".join(facts))] if facts else [])]
    blocks += extra
    blocks += _render_neighbour(found.before, texts.passage_before, colon, from_end=True)
    blocks.append(_render_passage_text(passage, passage_button.spans, colon))
    blocks += _render_neighbour(found.after, texts.passage_after, colon, from_end=False)
    return build_modal(texts.passage_title.format(n=passage_button.n), blocks, close=texts.close)


def _render_passage_text(passage: Passage, spans: Sequence[tuple[int, int]], colon: str) -> Block:
    """Renders the passage's text as a quotation, what was quoted of it in bold; code keeps its columns."""
    if passage.excerpt.kind == "code":
        return render_rich_text([(passage.excerpt.text[:_PASSAGE_LENGTH], False)], kind="rich_text_preformatted")
    return render_rich_text(lay_out_passage(passage.excerpt, spans, colon, _PASSAGE_LENGTH))


def _render_neighbour(passage: Passage | None, title: str, colon: str, *, from_end: bool) -> list[Block]:
    if passage is None or not passage.excerpt.text.strip():
        return []
    return [
        build_context_block(f"*{title}*"),
        render_rich_text([(_cut_neighbour(passage, colon, from_end=from_end), False)]),
    ]


def _cut_neighbour(passage: Passage, colon: str, *, from_end: bool) -> str:
    laid_out = lay_out_passage(passage.excerpt, (), colon, _PASSAGE_LENGTH)
    text = "".join(text for text, _ in laid_out).strip()
    if len(text) <= _NEIGHBOUR_LENGTH:
        return text
    return (
        f"…{text[-_NEIGHBOUR_LENGTH:].partition(' ')[2]}"
        if from_end
        else f"{text[:_NEIGHBOUR_LENGTH].rpartition(' ')[0]}…"
    )


def render_sentence_modal(title: str, sentence: str, texts: InterfaceTexts) -> Block:
    """Renders a modal with one sentence."""
    return build_modal(title, [build_section_block(sentence)], close=texts.close)


def lay_out_passage(excerpt: Excerpt, spans: Sequence[tuple[int, int]], colon: str, limit: int) -> list[Part]:
    """The parts of a passage in order, those in `spans` marked; at most `limit` characters of it, and of what is shown.

    A row begins with its first cell; the others follow with their labels. The line of labels itself is left out.
    """
    text = excerpt.text[:limit]
    inside = [(start, end) for start, end in spans if start < end <= len(text)]
    parts: list[Part] = []
    at = 0
    for row in _list_rows(replace(excerpt, text=text)):
        if at and not text[at : row.start].strip(" |\n"):  # below another row
            parts.append(("\n", False))
        else:
            parts += _split_at_spans(text, at, max(at, _start_of_labels(text, row.start)), inside)
        filled = [n for n, cell in enumerate(row.cells) if cell]
        is_quoted = any(start < row.end and row.start < end for start, end in inside)
        parts.append((format_row(row, filled, colon), is_quoted))
        at = row.end
    return _cut_parts([*parts, *_split_at_spans(text, at, len(text), inside)], limit)


def _list_rows(excerpt: Excerpt) -> list[Piece]:
    return [piece for piece in split_into_pieces(excerpt) if piece.kind == "row"]


def _start_of_labels(text: str, row_start: int) -> int:
    """Where the last line before a row begins that is not empty."""
    above = text[:row_start].rstrip()
    return above.rfind("\n") + 1


def _split_at_spans(text: str, begin: int, stop: int, spans: Sequence[tuple[int, int]]) -> Iterator[Part]:
    """The text between two places, in parts that lie in a span and others."""
    at = begin
    for start, end in sorted(spans):
        if at <= start < end <= stop:
            yield text[at:start], False
            yield text[start:end], True
            at = end
    yield text[at:stop], False


def _cut_parts(parts: Sequence[Part], limit: int) -> list[Part]:
    """The first parts, at most `limit` characters in all: labels make a text longer than it was."""
    kept: list[Part] = []
    for text, is_quoted in parts:
        if limit > 0 and text:
            kept.append((text[:limit], is_quoted))
        limit -= len(text)
    return kept
