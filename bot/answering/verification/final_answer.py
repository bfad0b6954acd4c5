"""Builds the final answer after the model has ended: its state, citations and notices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.answering.not_found import NOT_FOUND_TEXTS
from bot.answering.quoting.quote import find_spans
from bot.answering.verification.citations import bracket_citations, extract_citations
from bot.answering.verification.statement_check import check_statements
from bot.answering.verification.statements import extract_refusals, extract_statements
from knowledge.core.language import detect_clear_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.answering.answer import Answer, AnswerState
    from bot.answering.model import ModelOutput
    from bot.answering.output_filter.filter import OutputFilter
    from bot.answering.prompt.builder import Prompt
    from bot.answering.question import QuestionRun
    from bot.answering.verification.statement_check import StatementCheck
    from knowledge.core.passages import Citation, FoundPassage

_MAX_ASIDES = 1  # statements allowed beside a refusal, such as "ask the HR team"


@dataclass(frozen=True, slots=True)
class _AnswerAssessment:
    """The results of the checks on an answer."""

    citations: tuple[Citation, ...]
    statement_check: StatementCheck
    refuses: bool

    @property
    def is_unsupported(self) -> bool:
        claims = self.statement_check.claims
        return bool(claims) and all(claim.backing == "weak" for claim in claims)


def build_final_answer(
    run: QuestionRun, output_filter: OutputFilter, prompt: Prompt, output: ModelOutput
) -> Answer | None:
    """Builds the answer from the model's text; None if the model wrote nothing."""
    prose = bracket_citations(output_filter.prose, len(prompt.numbered_passages))
    cited = extract_citations(prose, prompt.numbered_passages)
    if output_filter.wrote_not_found and not cited:
        return run.build_answer(output_filter.text.rstrip() or NOT_FOUND_TEXTS[run.language].not_found, "not_found")
    text = output_filter.text.rstrip()
    if not text.strip():
        return None
    if _only_refuses(prose, has_code=len(output_filter.prose) < len(output_filter.text)):
        return run.build_answer(text, "not_found")
    statement_check = check_statements(prose, prompt.numbered_passages)
    cited = tuple(_mark_stated(one, prompt.numbered_passages[one.n - 1], statement_check) for one in cited)
    assessment = _AnswerAssessment(cited, statement_check, any(extract_refusals(prose)))
    notices = (*_list_flaw_notices(run, output_filter, output, assessment, prose), *prompt.notices)
    return run.build_answer(
        text,
        _judge_state(output_filter, output, assessment),
        citations=cited,
        notices=notices,
        statement_check=assessment.statement_check,
    )


def _mark_stated(citation: Citation, found: FoundPassage, statement_check: StatementCheck) -> Citation:
    """Notes in a citation which parts of its passage the statements that cite it come from."""
    stated = (claim.text for claim in statement_check.claims if citation.n in claim.cites and claim.backing != "weak")
    spans = {span for text in stated for span in find_spans(text, found)}
    return replace(citation, spans=tuple(sorted(spans)))


def _judge_state(output_filter: OutputFilter, output: ModelOutput, assessment: _AnswerAssessment) -> AnswerState:
    broken = output.error or output.stop_reason or output_filter.wrote_not_found
    lacking = (
        output_filter.names_missing_parts or assessment.refuses or not assessment.citations or assessment.is_unsupported
    )
    return "partly" if broken or lacking else "answered"


def _list_flaw_notices(
    run: QuestionRun, output_filter: OutputFilter, output: ModelOutput, assessment: _AnswerAssessment, prose: str
) -> Iterator[str]:
    """Yields the notices on flaws that a reader must know."""
    texts = run.prompt_texts.answer
    if output.error:
        yield texts.cut
    if output.stop_reason:
        yield texts.too_long if output.stop_reason == "length" else texts.looped
    if output_filter.wrote_not_found and not (output_filter.names_missing_parts or assessment.refuses):
        yield texts.in_part
    if output_filter.leaked_thinking:
        yield texts.thought_aloud
    if not assessment.citations:
        yield texts.uncited
    elif assessment.is_unsupported:
        yield texts.unbacked
    if run.has_known_language and detect_clear_language(prose) not in (None, run.language):
        yield texts.other_language


def _only_refuses(prose: str, *, has_code: bool) -> bool:
    """Whether an answer only says that the passages contain no answer."""
    if has_code or not any(extract_refusals(prose)):
        return False
    others = list(extract_statements(prose))
    return len(others) <= _MAX_ASIDES and not any(one.cites for one in others)
