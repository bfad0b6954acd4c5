"""Answers with one quote where no model writes, and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answering.model import ModelMissing, ModelNotResponding
from bot.answering.quoting.markdown import format_quote
from bot.answering.quoting.quote import choose_best_quote
from bot.answering.verification.citations import citation_from_passage

if TYPE_CHECKING:
    from bot.answering.answer import Answer
    from bot.answering.prompt.templates import PromptTexts
    from bot.answering.question import QuestionRun
    from knowledge.core.failures import ModelUnavailable


def build_extractive_answer(run: QuestionRun, question: str, reason: str) -> Answer | None:
    """Quotes the passage that answers best, and gives the reason as a notice; None if nothing can be quoted."""
    quote = choose_best_quote(question, run.found, run.prompt_texts.answer.colon)
    if quote is None:
        return None
    citation = citation_from_passage(1, quote.found, quote.spans)
    return run.build_answer(format_quote(quote), "passages_only", citations=(citation,), notices=(reason,))


def explain_missing_answer(error: ModelUnavailable | None, model: str, prompt_texts: PromptTexts) -> str:
    """Says why a passage is quoted: the model is missing or silent, or Ollama does not answer."""
    match error:
        case ModelMissing():
            sentence = prompt_texts.answer.model_missing
        case ModelNotResponding() | None:
            sentence = prompt_texts.answer.model_quiet
        case _:
            sentence = prompt_texts.answer.model_away
    return sentence.format(model=model)
