"""Answers with quotes where no model writes, one for each question of a message, and says why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answering.languages.all_languages import guess_answer_kinds
from bot.answering.model import ModelMissing, ModelNotResponding
from bot.answering.not_found import NOT_FOUND_TEXTS
from bot.answering.output_filter.links import neutralize_quoted_line
from bot.answering.quoting.markdown import format_quote
from bot.answering.quoting.matching import choose_words, match_word, terms_of
from bot.answering.quoting.quote import choose_best_quote
from bot.answering.verification.citations import citation_from_passage
from knowledge.core.documents import LANGUAGE_CODES
from knowledge.core.language import detect_clear_language, detect_likely_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.answering.answer import Answer
    from bot.answering.prompt.prompt_texts import PromptTexts
    from bot.answering.question import QuestionRun, SearchedPart
    from bot.answering.quoting.quote import Quote
    from knowledge.core.failures import ModelUnavailable
    from knowledge.core.passages import Citation

_MAX_ECHO_CHARACTERS = 200  # of a question that stands above its quote


def build_extractive_answer(run: QuestionRun, reason: str) -> Answer | None:
    """Quotes what answers each question best, and gives the reason as a notice; None if nothing can be quoted."""
    texts, not_found_texts = run.prompt_texts.answer, NOT_FOUND_TEXTS[run.language]
    citations: list[Citation] = []
    blocks: list[str] = []
    quoted: list[Quote] = []
    for n, one in enumerate(run.parts, 1):
        quote = _quote_part(one, texts.colon)
        if quote:
            quoted.append(quote)
            citations.append(citation_from_passage(len(citations) + 1, quote.found, quote.spans))
        told = format_quote(quote, len(citations)) if quote else not_found_texts.not_found
        if quote and (one.is_doubtful or _lacks_other_case(one, quote)):
            told = f"{not_found_texts.nearest_only}\n\n{told}"
        below = "\n\n" if quote and quote.table else "\n"
        blocks.append(f"{_format_heading(n, one.part.text)}{below}{told}" if len(run.parts) > 1 else told)
    if not citations:
        return None
    notices = (reason, *_name_quote_languages(run, quoted), *list_search_notices(run))
    return run.build_answer("\n\n".join(blocks), "passages_only", citations=tuple(citations), notices=notices)


def list_search_notices(run: QuestionRun) -> list[str]:
    """What a reader must know of the search: that a follow-up was completed, and that questions were left out."""
    texts, completed = run.prompt_texts.answer, len(run.parts) == 1 and run.parts[0].part.stressed
    notices = [texts.searched_for.format(question=run.parts[0].part.searched)] if completed else []
    return [*notices, texts.only_first.format(n=len(run.parts))] if run.has_more_parts else notices


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


def _quote_part(one: SearchedPart, colon: str) -> Quote | None:
    part = one.part
    if not one.is_quotable:
        return None
    if part.steps and (quote := choose_best_quote(part.subject, one.found, colon, steps=part.steps)):
        return quote
    return choose_best_quote(part.text if part.place else part.searched, one.found, colon, part.stressed)


def _lacks_other_case(one: SearchedPart, quote: Quote) -> bool:
    """Whether a follow-up such as "and in Lyon?" names a case that the quoted passage, in its language, has nowhere."""
    part, passage = one.part, quote.found.passage
    if not part.subject or part.steps or guess_answer_kinds(part.text):
        return False
    language, text = detect_likely_language(part.searched), passage.indexed_text
    if detect_likely_language(text) != language:
        return False
    words, said = choose_words(part.text, language), terms_of(text, language)
    return bool(words) and not any(match_word(word, said, language, language) for word in words)


def _name_quote_languages(run: QuestionRun, quotes: Sequence[Quote]) -> list[str]:
    """Says in which language a quote is that is not in the question's; nothing where that is not clear."""
    texts, names = run.prompt_texts.answer, run.prompt_texts.answer.language_names.split()
    passages = (quote.found.passage for quote in quotes)
    found = dict.fromkeys(detect_clear_language(one.excerpt.text) or one.language for one in passages)
    others = [LANGUAGE_CODES.index(code) for code in found if code and code != run.language]
    return [texts.quote_language.format(language=names[at]) for at in others]


def _format_heading(n: int, question: str) -> str:
    line = " ".join(question.split())
    shown = line if len(line) <= _MAX_ECHO_CHARACTERS else f"{line[:_MAX_ECHO_CHARACTERS].rsplit(' ', 1)[0]} …"
    return f"**{n}.** {neutralize_quoted_line(shown)}"
