from __future__ import annotations

import math
from itertools import count
from pathlib import Path

from knowledge.core.access import Audience
from knowledge.retrieval.evaluation import (
    EvaluationQuestion,
    JudgedRanking,
    compute_metrics,
    count_relevant_texts,
    evaluate_search,
    load_evaluation_questions,
)
from tests.bot.answering.pipeline_setup import TEXTS, open_pipeline

EVERY_TEXT = [text for texts in TEXTS.values() for text in texts]
GUIDE = "télétravail deux jours par semaine accord du responsable"


def test_figures_are_those_computed_by_hand() -> None:
    questions = [
        EvaluationQuestion(
            "fr", GUIDE, ("deux  jours\npar semaine",), kind="keyword"
        ),  # rank 1, after white space is folded
        EvaluationQuestion("fr", GUIDE, ("nowhere", "trois euros par jour"), kind="typo"),  # rank 2
        EvaluationQuestion("en", "lost laptop", ("line 2299",)),  # rank 1
        EvaluationQuestion("en", "lost laptop", ("nowhere at all",)),  # not found
        EvaluationQuestion("en", "unanswerable", ()),  # not counted
    ]
    ticks = count(step=0.010)
    with open_pipeline() as setup:
        report = evaluate_search(setup.search, questions, EVERY_TEXT, clock=lambda: next(ticks)).metrics
    first = {"hit@1": 1.0, "hit@5": 1.0, "hit@10": 1.0, "mrr@10": 1.0, "ndcg@10": 1.0}
    second = {**first, "hit@1": 0.0, "mrr@10": 0.5, "ndcg@10": 0.6309}  # 1 / log2(3)
    assert report["all"] == {"hit@1": 0.5, "hit@5": 0.75, "hit@10": 0.75, "mrr@10": 0.625, "ndcg@10": 0.6577}
    assert report["by_language"] == {
        "en": dict.fromkeys(first, 0.5),
        "fr": {"hit@1": 0.5, "hit@5": 1.0, "hit@10": 1.0, "mrr@10": 0.75, "ndcg@10": 0.8155},
    }
    assert report["by_kind"] == {"keyword": first, "typo": second}  # those without a kind are in no group
    assert report["latency_ms"] == {"p50": 10.0, "p95": 10.0}


def test_gain_is_held_against_all_right_passages_that_there_are() -> None:
    one_of_two = JudgedRanking((False, True), relevant_total=2)
    assert compute_metrics([one_of_two])["ndcg@10"] == round((1 / math.log2(3)) / (1 + 1 / math.log2(3)), 4)
    assert compute_metrics([JudgedRanking((True,), relevant_total=1)])["ndcg@10"] == 1.0
    assert compute_metrics([JudgedRanking((), relevant_total=3)])["ndcg@10"] == 0.0


def test_where_nobody_counted_the_right_passages_there_is_no_gain() -> None:
    with open_pipeline() as setup:
        report = evaluate_search(setup.search, [EvaluationQuestion("fr", GUIDE, ("deux jours",))]).metrics
    assert "ndcg@10" not in report["all"]


def test_the_same_text_in_two_documents_is_one_right_passage() -> None:
    texts = ["deux jours par mois", "deux  jours\npar mois", "pas deux jours"]
    assert count_relevant_texts([["deux jours"], ["nulle part"]], texts) == [2, 0]


def test_every_text_is_counted_for_whom_it_is_for() -> None:
    with open_pipeline() as setup:
        assert set(setup.lookup.iterate_passage_texts(Audience.everyone())) == set(EVERY_TEXT)
        assert not [*setup.lookup.iterate_passage_texts(Audience(frozenset()))]


def test_percentiles_are_of_the_nearest_rank() -> None:
    times = iter([0, 0.001, 0, 0.002, 0, 0.003, 0, 0.100])
    with open_pipeline() as setup:
        report = evaluate_search(
            setup.search, [EvaluationQuestion("fr", GUIDE, ("x",))] * 4, clock=lambda: next(times)
        ).metrics
    assert report["latency_ms"] == {"p50": 2.0, "p95": 100.0}


def test_questions_are_read_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"lang": "fr", "question": "où ?", "must_contain": ["ici"], "id": 7, "kind": "typo"}\n\n')
    assert load_evaluation_questions(file) == [EvaluationQuestion("fr", "où ?", ("ici",), kind="typo")]


def test_how_the_questions_were_searched_is_told() -> None:
    with open_pipeline() as setup:
        measured = evaluate_search(setup.search, [EvaluationQuestion("fr", GUIDE, ("x",))] * 2)
    assert (measured.question_count, len(measured.degraded_reasons), measured.has_results) == (2, 2, True)
    with open_pipeline(empty=True) as setup:
        assert not evaluate_search(setup.search, [EvaluationQuestion("fr", GUIDE, ("x",))]).has_results
