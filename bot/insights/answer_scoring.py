"""Scores answers to a file of questions: citations, refusals, language, overlap with the reference.

Every score is a share from 0 to 1 over the answers that have it, and None if no answer has it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answering.answer import Answer
from bot.answering.pipeline import AnswerPipeline
from bot.answering.question import Question
from knowledge.core.access import Audience
from knowledge.core.failures import ModelUnavailable
from knowledge.core.language import detect_clear_language
from knowledge.core.lexical import extract_content_stems
from knowledge.retrieval.evaluation_questions import EvaluationQuestion

_REFUSED_STATE = "not_found"
_ROW_LABELS = {
    "questions": "questions",
    "citation_precision": "citations of a right passage",
    "backed": "cited statements found in their passages",
    "refusal_accuracy": "refused where there is no answer, answered where there is",
    "language_match": "in the question's language",
    "overlap": "overlap with the reference (F1 of stems)",
    "states": "states",
}


@dataclass(frozen=True, slots=True)
class AnswerScores:
    """The scores of one answer; None for a score that does not apply to it."""

    state: str
    citation_precision: float | None
    supported_share: float | None
    refusal_correct: bool
    language_correct: bool | None
    overlap: float | None


async def ask_evaluation_questions(
    questions: Sequence[EvaluationQuestion], chain: AnswerPipeline
) -> list[tuple[EvaluationQuestion, Answer]]:
    """Asks every question, one after the other."""
    from tqdm import tqdm

    from bot.answering.answer import Answer

    # A model that does not answer is reported at once, and not after an hour.
    _ = [words async for words in chain.answer_without_documents("1 + 1 = ?")]
    answered: list[tuple[EvaluationQuestion, Answer]] = []
    for asked in tqdm(questions, desc="Asking the model", unit=" questions", disable=None, leave=False):
        last = [event async for event in chain.answer_question(Question(asked.text, Audience.everyone()))][-1]
        if not isinstance(last, Answer) or last.state == "passages_only":
            raise ModelUnavailable(
                f"The model wrote nothing for question {len(answered) + 1} of {len(questions)}: see that it runs."
            )
        answered.append((asked, last))
    return answered


def score_answer(asked: EvaluationQuestion, answer: Answer) -> AnswerScores:
    """Scores one answer; a citation is right if the question accepts its passage."""
    refused = answer.state == _REFUSED_STATE
    cited = {citation.passage_id for citation in answer.citations}
    right = [asked.accepts_passage(one.passage) for one in answer.passages if one.passage.id in cited]
    supported = [claim.backing == "backed" for claim in answer.claims if claim.backing != "unclear"]
    language = detect_clear_language(answer.text)
    return AnswerScores(
        state=answer.state,
        citation_precision=_true_share(right) if asked.is_answerable else None,
        supported_share=_true_share(supported),
        refusal_correct=refused == (not asked.is_answerable),
        language_correct=None if language is None or refused else language == asked.language,
        overlap=measure_stem_overlap(answer.text, asked.reference) if asked.is_answerable and asked.reference else None,
    )


def measure_stem_overlap(text: str, reference: str) -> float:
    """Computes the F1 score, 0 to 1, of the stems of `text` against those of `reference`."""
    actual, expected = extract_content_stems(text), extract_content_stems(reference)
    shared = len(actual & expected)
    return round(2 * shared / (len(actual) + len(expected)), 4) if shared else 0.0


def build_score_report(scored: Sequence[tuple[EvaluationQuestion, AnswerScores]]) -> dict[str, dict[str, object]]:
    """Computes the scores over all questions, and by language."""
    languages = sorted({asked.language for asked, _ in scored})
    by_language = {name: [one for asked, one in scored if asked.language == name] for name in languages}
    return {
        "all": _summarize_scores([one for _, one in scored]),
        **{name: _summarize_scores(ones) for name, ones in by_language.items()},
    }


def render_score_report(figures: dict[str, dict[str, object]], model: str) -> str:
    """Renders the scores as a Markdown table, one line a score, one column a language."""
    columns = list(figures)
    lines = [f"# Answers of {model}", "", f"| | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
    for key, label in _ROW_LABELS.items():
        cells = (_format_cell(figures[column][key]) for column in columns)
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _summarize_scores(scored: Sequence[AnswerScores]) -> dict[str, object]:
    return {
        "questions": len(scored),
        "citation_precision": _mean(one.citation_precision for one in scored),
        "backed": _mean(one.supported_share for one in scored),
        "refusal_accuracy": _mean(one.refusal_correct for one in scored),
        "language_match": _mean(one.language_correct for one in scored),
        "overlap": _mean(one.overlap for one in scored),
        "states": dict(Counter(one.state for one in scored)),
    }


def _true_share(marks: Sequence[bool]) -> float | None:
    return sum(marks) / len(marks) if marks else None


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 4) if known else None


def _format_cell(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in sorted(value.items()))
    return "–" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
