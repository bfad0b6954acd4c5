"""Decides what is shown where the model wrote nothing: the best passages, quoted, and the reason. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answering.extractive.quotes import (
    choose_quote,
    format_passage_location,
    has_quotable_content,
    keep_list_number,
)
from bot.answering.model import ModelMissing, ModelNotResponding
from bot.answering.output_filter.code_fences import enclose_in_fence
from bot.answering.output_filter.links import neutralize_markdown, neutralize_quoted_line
from knowledge.core.text import strip_invisible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.prompt.templates import PromptTexts
    from knowledge.core.failures import ModelUnavailable
    from knowledge.core.passages import FoundPassage

_MAX_BEST_QUOTE = 450  # characters of the best passage
_MAX_OTHER_QUOTE = 240  # of the others
MAX_QUOTED_PASSAGES = 3  # passages quoted


def choose_quoted_passages(found: Sequence[FoundPassage]) -> list[FoundPassage]:
    """The passages to quote: the best that say something."""
    telling = [one for one in found if has_quotable_content(one.passage.excerpt.text)]
    return list(telling or found)[:MAX_QUOTED_PASSAGES]


def format_quoted_passages(shown: Sequence[FoundPassage], question: str, prompt_texts: PromptTexts) -> str:
    """Passages as they stand, numbered, in Markdown."""
    return "\n\n".join(_format_quoted_passage(n, one, question, prompt_texts) for n, one in enumerate(shown, 1))


def explain_missing_answer(error: ModelUnavailable | None, model: str, prompt_texts: PromptTexts) -> str:
    """Why passages are quoted: the model is missing, says nothing, or Ollama itself is away."""
    match error:
        case ModelMissing():
            sentence = prompt_texts.model_missing
        case ModelNotResponding() | None:
            sentence = prompt_texts.model_quiet
        case _:
            sentence = prompt_texts.model_away
    return sentence.format(model=model)


def _format_quoted_passage(n: int, found: FoundPassage, question: str, prompt_texts: PromptTexts) -> str:
    passage, excerpt = found.passage, found.passage.excerpt
    is_code = excerpt.kind == "code"
    colon = None if is_code else prompt_texts.colon
    limit = _MAX_BEST_QUOTE if n == 1 else _MAX_OTHER_QUOTE
    lines = choose_quote(question, excerpt.text, limit, colon, (passage.title, *excerpt.section)).splitlines()
    harmless = (
        enclose_in_fence([strip_invisible(line) for line in lines])
        if is_code
        else map(keep_list_number, map(neutralize_quoted_line, lines))
    )
    quoting = "\n".join(f"> {line}" for line in harmless)
    location = strip_invisible(format_passage_location(passage, prompt_texts))
    return f"**{neutralize_markdown(location, opens_line=False)}** [{n}]\n{quoting}"
