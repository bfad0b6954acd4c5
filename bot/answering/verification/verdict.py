"""Decides what an answer is worth once the model has ended: its state, its citations, and what is said of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.answering.verification.citations import bracketed, citations
from bot.answering.verification.claims import refusals, statements
from bot.answering.verification.support import checked
from knowledge.core.language import clear_language_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.answering.answer import Answer, State
    from bot.answering.model_output import Speech
    from bot.answering.output_filter.filter import Outlet
    from bot.answering.prompt.builder import Briefing
    from bot.answering.question_run import Run
    from bot.answering.verification.support import Checked
    from knowledge.core.passages import Citation

_ASIDES = 1  # statements that may stand beside a refusal: "ask the HR team"


@dataclass(frozen=True, slots=True)
class _Worth:
    """What there is to say about an answer."""

    cited: tuple[Citation, ...]
    checked: Checked
    refuses: bool

    @property
    def unbacked(self) -> bool:
        claims = self.checked.claims
        return bool(claims) and all(claim.backing == "weak" for claim in claims)


def ending(run: Run, outlet: Outlet, briefing: Briefing, speech: Speech) -> Answer | None:
    """The answer that the model's words make; None where it has said nothing."""
    prose = bracketed(outlet.prose, len(briefing.numbered))
    cited = citations(prose, briefing.numbered)
    if outlet.gave_up and not cited:
        return run.answer(outlet.text.rstrip() or run.prompts.not_found, "not_found")
    text = outlet.text.rstrip()
    if not text.strip():
        return None
    if _only_refuses(prose, has_code=len(outlet.prose) < len(outlet.text)):
        return run.answer(text, "not_found")
    worth = _Worth(cited, checked(prose, briefing.numbered), any(refusals(prose)))
    notices = (*_flaws(run, outlet, speech, worth, prose), *briefing.notices)
    return run.answer(text, _state(outlet, speech, worth), citations=cited, notices=notices, checked=worth.checked)


def _state(outlet: Outlet, speech: Speech, worth: _Worth) -> State:
    broken = speech.away or speech.stopped or outlet.gave_up
    lacking = outlet.lacks_something or worth.refuses or not worth.cited or worth.unbacked
    return "partly" if broken or lacking else "answered"


def _flaws(run: Run, outlet: Outlet, speech: Speech, worth: _Worth, prose: str) -> Iterator[str]:
    """What a reader must know of an answer before they rely on it."""
    prompts = run.prompts
    if speech.away:
        yield prompts.cut
    if speech.stopped:
        yield prompts.too_long if speech.stopped == "length" else prompts.looped
    if outlet.gave_up and not (outlet.lacks_something or worth.refuses):
        yield prompts.in_part
    if outlet.thought_aloud:
        yield prompts.thought_aloud
    if not worth.cited:
        yield prompts.uncited
    elif worth.unbacked:
        yield prompts.unbacked
    if run.is_told and clear_language_of(prose) not in (None, run.language):
        yield prompts.other_language


def _only_refuses(prose: str, *, has_code: bool) -> bool:
    """Whether all that an answer says is that the passages do not."""
    if has_code or not any(refusals(prose)):
        return False
    others = list(statements(prose))
    return len(others) <= _ASIDES and not any(one.cites for one in others)
