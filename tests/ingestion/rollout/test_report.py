"""What whoever runs the worker reads of the index."""

from __future__ import annotations

import pytest

from ingestion.rollout.report import describe_index, rollout_to_json
from knowledge.storage.client import EMBEDDED_PASSAGES_LIMIT
from knowledge.storage.index_versions import IndexRecipe, IndexVersion, QualityGateResult, RolloutState

SERVING = IndexVersion(1, IndexRecipe("11", "1", "bge-m3"), 10.0)
NEXT = IndexVersion(2, IndexRecipe("12", "1", "nomic"), 86_400.0)


def switch(done: int, unread: tuple[str, ...] = (), verdict: QualityGateResult | None = None) -> RolloutState:
    return RolloutState(SERVING, IndexVersion(2, NEXT.recipe, NEXT.began_at, verdict=verdict), done, 8, unread)


def said(
    of: RolloutState | None = None, kept: tuple[IndexVersion, ...] = (), passages: int = 0, *, embedded: bool = False
) -> str:
    return "\n".join(describe_index(of, kept, passages, keep_hours=24, is_embedded=embedded))


def test_an_index_as_ever_is_nothing_to_speak_of() -> None:
    assert said(passages=EMBEDDED_PASSAGES_LIMIT, embedded=True) == ""
    assert said(passages=EMBEDDED_PASSAGES_LIMIT + 1) == ""


def test_an_embedded_index_beyond_what_was_measured_is_told() -> None:
    assert said(passages=EMBEDDED_PASSAGES_LIMIT + 1, embedded=True) == (
        "The embedded index holds 1000001 passages, and was measured up to 1000000: run a Qdrant server, "
        "set QDRANT_URL and let the folder be read into it."
    )


@pytest.mark.parametrize(
    ("of", "waits"),
    [
        (switch(2, ("b.md", "c.md")), "2 of 8 documents; 2 documents to be read still, b.md among them."),
        (switch(7), "7 of 8 documents; the embedding model has not seen every passage yet."),
        (switch(8), "8 of 8 documents; it is complete, and is held against the other before it answers."),
    ],
    ids=["documents", "meaning", "gate"],
)
def test_a_switch_says_what_it_is_made_of_since_when_and_what_it_waits_for(of: RolloutState, waits: str) -> None:
    assert said(of) == (
        "Another index (nomic, reading 12, words 1) is made beside the one that answers (bge-m3, reading 11, words 1) "
        f"since 1970-01-02T00:00:00+00:00: {waits}"
    )


def test_a_refusal_names_every_score_that_decides_and_the_remedy() -> None:
    scores = {"hit@5": 0.9, "mrr@10": 0.7}
    worse = QualityGateResult(passed=False, questions="q", serving=scores, next={**scores, "mrr@10": 0.5})
    sentence = said(switch(8, (), worse))
    assert "(hit@5 0.900, now 0.900, mrr@10 0.500, now 0.700)" in sentence
    assert "correct or unset SWITCH_GATE" in sentence
    told = rollout_to_json(SERVING, switch(8, (), worse), ())["next"]
    assert isinstance(told, dict)
    assert told["waits_for"] == "refused"


def test_a_kept_index_is_told_with_the_moment_that_it_was_set_aside_and_how_long_it_stays() -> None:
    kept = IndexVersion(1, SERVING.recipe, retired_at=86_400.0)
    assert said(kept=(kept,)) == (
        "The index that was set aside at 1970-01-02T00:00:00+00:00 (bge-m3, reading 11, words 1) is kept until "
        "1970-01-03T00:00:00+00:00 (KEEP_OLD_INDEX_HOURS)."
    )
