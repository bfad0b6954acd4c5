"""Prints an answer on a terminal as it is written, then its sources; piped, the same in plain text or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

from bot.answering.answer import Answer, AnswerText
from bot.answering.pipeline import AnswerPipeline
from bot.answering.question import Question
from knowledge.core.access import Audience
from knowledge.core.passages import Citation
from knowledge.core.text import mask_control_characters
from knowledge.runtime.rich_output import is_terminal, print_text, stream_markdown

_MAX_NEAREST = 2  # titles that are named where nothing is found


async def print_streamed_answer(pipeline: AnswerPipeline, text: str, *, live: bool) -> Answer:
    """Answers a question, with `live` in print word by word."""
    with _open_printer() if live else nullcontext(_drop_words) as print_words:
        silent = True
        async for event in pipeline.answer_question(Question(text, Audience.everyone())):
            if isinstance(event, AnswerText):
                silent = False
                print_words(event.text)
            if isinstance(event, Answer):
                answer = event
        if silent:
            print_words(answer.text)
    return answer


async def print_bare_answer(pipeline: AnswerPipeline, text: str, *, as_json: bool) -> int:
    """Prints what the model says without any document."""
    words = []
    with nullcontext(_drop_words) if as_json else _open_printer() as print_words:
        async for piece in pipeline.answer_without_documents(text):
            words.append(piece.text)
            print_words(piece.text)
    if as_json:
        print_json({"answer": "".join(words)})
    elif not is_terminal():
        print()
    return 0


def _open_printer() -> AbstractContextManager[Callable[[str], None]]:
    return stream_markdown() if is_terminal() else nullcontext(_print_plain_words)


def _print_plain_words(words: str) -> None:
    print(mask_control_characters(words), end="", flush=True)


def _drop_words(words: str) -> None:
    """Prints nothing: JSON is printed at the end."""


def print_sources(answer: Answer) -> None:
    """Prints what to know of an answer: notices, sources, and what else could be asked."""
    if is_terminal():
        print()
        for line, style in _describe_sources(answer):
            print_text(line, style)
    else:
        print("\n")
        for line, _ in _describe_sources(answer):
            print(mask_control_characters(line))


def _describe_sources(answer: Answer) -> Iterator[tuple[str, str]]:
    """Yields each line with its style on a terminal; whoever prints it masks control characters."""
    for notice in answer.notices:
        yield f"({notice})", "italic"
    for citation in answer.citations:
        unsupported = citation.n in answer.unsupported_citations
        weak = " (to be checked: what is stated is not found there)" if unsupported else ""
        yield f"[{citation.n}] {_format_citation(citation)}{weak}", "yellow" if unsupported else "cyan"
        for path in citation.copies:
            yield f"    also in {path}", "dim"
    if answer.citations and answer.uncited:
        yield f"Sentences without a source: {answer.uncited}", "yellow"
    for option in answer.options:
        yield f"  - {option.label}", ""
    if answer.state == "not_found":
        titles = dict.fromkeys(found.passage.title or found.passage.path for found in answer.passages)
        for title in list(titles)[:_MAX_NEAREST]:
            yield f"  ~ {title}", ""


def answer_json(answer: Answer) -> dict[str, object]:
    """The fields of an answer that programs can rely on."""
    return {
        "answer": answer.text,
        "state": answer.state,
        "language": answer.language,
        "citations": [
            {
                "n": citation.n,
                "document": citation.path,
                "title": citation.document,
                "page": citation.page,
                "section": " › ".join(citation.section),
                "copies": list(citation.copies),
            }
            for citation in answer.citations
        ],
        "claims": [{"text": one.text, "cites": list(one.cites), "backing": one.backing} for one in answer.claims],
        "uncited": answer.uncited,
        "options": [{"label": option.label, "question": option.question} for option in answer.options],
        "notices": list(answer.notices),
        "timings": answer.timings,
    }


def _format_citation(citation: Citation) -> str:
    section = [heading for heading in citation.section if heading != citation.document]
    return format_location(citation.document, citation.pages, section)


def format_location(document: str, pages: str | None, section: Sequence[str]) -> str:
    """Where something stands: document, pages, headings."""
    return mask_control_characters(
        ", ".join(filter(None, (document, f"p. {pages}" if pages else "", " › ".join(section))))
    )


def print_json(value: object) -> None:
    """Prints one line of JSON."""
    print(json.dumps(value, ensure_ascii=False))
