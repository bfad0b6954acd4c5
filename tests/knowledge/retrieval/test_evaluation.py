from __future__ import annotations

import math
from itertools import count

from knowledge.core.access import Audience
from knowledge.retrieval.evaluation import JudgedRanking, compute_metrics, evaluate_search
from knowledge.retrieval.evaluation_questions import EvaluationQuestion
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
        passages = setup.lookup.iterate_passages(Audience.everyone())
        report = evaluate_search(setup.search, questions, passages, clock=lambda: next(ticks)).metrics
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


def test_questions_without_an_answer_tell_how_the_floor_parts_them() -> None:
    questions = [
        EvaluationQuestion("fr", GUIDE, ("deux jours",)),
        EvaluationQuestion("en", "which wine goes with oysters?", ()),
    ]
    with open_pipeline() as setup:
        report = evaluate_search(setup.search, questions).metrics
    assert report["questions"] == {"answerable": 1, "unanswerable": 1}
    assert report["floor"] == {"auroc": 1.0, "refused_answerable": 0.0, "refused_unanswerable": 1.0}


def test_a_passage_is_right_by_its_document_where_no_text_is_expected() -> None:
    named = [EvaluationQuestion("fr", GUIDE, (), document=name) for name in ("Guide.pdf", "Guide", "Handbook.pdf")]
    with open_pipeline() as setup:
        passages = [*setup.lookup.iterate_passages(Audience.everyone())]
        reports = [evaluate_search(setup.search, [one], passages).metrics["all"] for one in named]
    assert [report["hit@1"] for report in reports] == [1.0, 1.0, 0.0]
    assert [report["ndcg@10"] for report in reports[:2]] == [
        1.0,
        1.0,
    ]  # both passages of the guide are found, and first


def test_every_text_is_counted_for_whom_it_is_for() -> None:
    with open_pipeline() as setup:
        known = setup.lookup.iterate_passages(Audience.everyone())
        assert sorted(passage.excerpt.text for passage in known) == sorted(EVERY_TEXT)
        assert not [*setup.lookup.iterate_passages(Audience(frozenset()))]


def test_percentiles_are_of_the_nearest_rank() -> None:
    times = iter([0, 0.001, 0, 0.002, 0, 0.003, 0, 0.100])
    with open_pipeline() as setup:
        report = evaluate_search(
            setup.search, [EvaluationQuestion("fr", GUIDE, ("x",))] * 4, clock=lambda: next(times)
        ).metrics
    assert report["latency_ms"] == {"p50": 2.0, "p95": 100.0}


def test_how_the_questions_were_searched_is_told() -> None:
    with open_pipeline() as setup:
        measured = evaluate_search(setup.search, [EvaluationQuestion("fr", GUIDE, ("x",))] * 2)
    assert (measured.question_count, len(measured.degraded_reasons), measured.has_results) == (2, 2, True)
    with open_pipeline(empty=True) as setup:
        assert not evaluate_search(setup.search, [EvaluationQuestion("fr", GUIDE, ("x",))]).has_results
