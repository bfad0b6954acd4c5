"""Decides what is shown where the model wrote nothing: the best passages, quoted, and the reason. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answering.extractive.quotes import place, quote, says_something, verbatim
from bot.answering.model import ModelMissing, ModelQuiet
from bot.answering.output_filter.code_fences import enclosed
from bot.answering.output_filter.links import safe, told
from knowledge.core.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.prompt.templates import Prompts
    from knowledge.core.failures import ModelUnavailable
    from knowledge.core.passages import Found

_QUOTED = 450  # characters of the best passage
_QUOTED_BRIEFLY = 240  # of the others
NEAREST = 3  # passages quoted


def nearest(found: Sequence[Found]) -> list[Found]:
    """The passages to quote: the best that say something."""
    telling = [one for one in found if says_something(one.passage.excerpt.text)]
    return list(telling or found)[:NEAREST]


def quoted(shown: Sequence[Found], question: str, prompts: Prompts) -> str:
    """Passages as they stand, numbered, in Markdown."""
    return "\n\n".join(_quoted(n, one, question, prompts) for n, one in enumerate(shown, 1))


def reason(away: ModelUnavailable | None, model: str, prompts: Prompts) -> str:
    """Why passages are quoted: the model is missing, says nothing, or Ollama itself is away."""
    match away:
        case ModelMissing():
            sentence = prompts.model_missing
        case ModelQuiet() | None:
            sentence = prompts.model_quiet
        case _:
            sentence = prompts.model_away
    return sentence.format(model=model)


def _quoted(n: int, found: Found, question: str, prompts: Prompts) -> str:
    passage, excerpt = found.passage, found.passage.excerpt
    is_code = excerpt.kind == "code"
    colon = None if is_code else prompts.colon
    limit = _QUOTED if n == 1 else _QUOTED_BRIEFLY
    lines = quote(question, excerpt.text, limit, colon, (passage.title, *excerpt.section)).splitlines()
    harmless = enclosed([visible(line) for line in lines]) if is_code else map(verbatim, map(told, lines))
    quoting = "\n".join(f"> {line}" for line in harmless)
    return f"**{safe(visible(place(passage, prompts)), opens_line=False)}** [{n}]\n{quoting}"
