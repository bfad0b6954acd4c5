"""The check of citations against what people say of the same sentences."""

from __future__ import annotations

from collections import Counter

from bench.bot.citation_check import compute_figures, judge_sentences, read_sentences


def test_people_judged_many_sentences_of_every_kind_and_several_languages() -> None:
    sentences = read_sentences()
    labels = Counter((one.part, one.label) for one in sentences)
    documents = {part: {one.document for one in sentences if one.part == part} for part in ("tune", "held_out")}
    assert len(sentences) >= 200
    assert len(labels) == 12
    assert min(labels.values()) >= 15
    assert {one.lang for one in sentences} >= {"fr", "en", "de", "es"}
    assert documents["tune"].isdisjoint(documents["held_out"])


def test_the_check_agrees_with_people_on_documents_that_nobody_tuned_it_to() -> None:
    figures = compute_figures(judge_sentences(one for one in read_sentences() if one.part == "held_out"))
    assert figures["balanced_accuracy"] >= 0.75
    assert figures["false_alarms"] <= 0.1
