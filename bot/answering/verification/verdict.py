"""Decides what an answer is worth once the model has ended: its state, its citations, and what is said of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.verification.citations import bracket_citations, extract_citations
from bot.answering.verification.claims import extract_refusals, extract_statements
from bot.answering.verification.support import check_claims
from knowledge.core.language import detect_clear_language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.answering.answer import Answer, AnswerState
    from bot.answering.model import ModelOutput
    from bot.answering.output_filter.filter import OutputFilter
    from bot.answering.prompt.builder import Prompt
    from bot.answering.question import QuestionRun
    from bot.answering.verification.support import ClaimCheck
    from knowledge.core.passages import Citation

_MAX_ASIDES = 1  # statements that may stand beside a refusal: "ask the HR team"


@dataclass(frozen=True, slots=True)
class _AnswerAssessment:
    """What there is to say about an answer."""

    citations: tuple[Citation, ...]
    claim_check: ClaimCheck
    refuses: bool

    @property
    def is_unsupported(self) -> bool:
        claims = self.claim_check.claims
        return bool(claims) and all(claim.backing == "weak" for claim in claims)


def build_final_answer(run: QuestionRun, outlet: OutputFilter, briefing: Prompt, speech: ModelOutput) -> Answer | None:
    """The answer that the model's words make; None where it has said nothing."""
    prose = bracket_citations(outlet.prose, len(briefing.numbered_passages))
    cited = extract_citations(prose, briefing.numbered_passages)
    if outlet.wrote_not_found and not cited:
        return run.build_answer(outlet.text.rstrip() or run.prompt_texts.answer.not_found, "not_found")
    text = outlet.text.rstrip()
    if not text.strip():
        return None
    if _only_refuses(prose, has_code=len(outlet.prose) < len(outlet.text)):
        return run.build_answer(text, "not_found")
    worth = _AnswerAssessment(cited, check_claims(prose, briefing.numbered_passages), any(extract_refusals(prose)))
    notices = (*_list_flaw_notices(run, outlet, speech, worth, prose), *briefing.notices)
    return run.build_answer(
        text, _judge_state(outlet, speech, worth), citations=cited, notices=notices, claim_check=worth.claim_check
    )


def _judge_state(outlet: OutputFilter, speech: ModelOutput, worth: _AnswerAssessment) -> AnswerState:
    broken = speech.error or speech.stop_reason or outlet.wrote_not_found
    lacking = outlet.names_missing_parts or worth.refuses or not worth.citations or worth.is_unsupported
    return "partly" if broken or lacking else "answered"


def _list_flaw_notices(
    run: QuestionRun, outlet: OutputFilter, speech: ModelOutput, worth: _AnswerAssessment, prose: str
) -> Iterator[str]:
    """What a reader must know of an answer before they rely on it."""
    prompts = run.prompt_texts
    if speech.error:
        yield prompts.answer.cut
    if speech.stop_reason:
        yield prompts.answer.too_long if speech.stop_reason == "length" else prompts.answer.looped
    if outlet.wrote_not_found and not (outlet.names_missing_parts or worth.refuses):
        yield prompts.answer.in_part
    if outlet.leaked_thinking:
        yield prompts.answer.thought_aloud
    if not worth.citations:
        yield prompts.answer.uncited
    elif worth.is_unsupported:
        yield prompts.answer.unbacked
    if run.has_known_language and detect_clear_language(prose) not in (None, run.language):
        yield prompts.answer.other_language


def _only_refuses(prose: str, *, has_code: bool) -> bool:
    """Whether all that an answer says is that the passages do not."""
    if has_code or not any(extract_refusals(prose)):
        return False
    others = list(extract_statements(prose))
    return len(others) <= _MAX_ASIDES and not any(one.cites for one in others)
