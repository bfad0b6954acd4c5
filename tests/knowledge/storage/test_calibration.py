"""How far the nearest passage is ahead, whatever the embedding model's numbers are like."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

import pytest
from qdrant_client import QdrantClient

from knowledge.core.access import Audience
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.retrieval.relevance import DEFAULT_FLOOR
from knowledge.runtime.settings import Settings
from knowledge.storage.calibration import TypicalMargin, compute_margin, compute_relative_margin
from knowledge.storage.index_versions import IndexVersion, IndexVersions
from knowledge.storage.passage_writer import PassageWriter
from tests.doubles.ollama import ollama_in_thread
from tests.doubles.temporary_qdrant import open_temporary_qdrant
from tests.knowledge.samples import document, passages

MANY = 30


def test_a_lead_is_told_over_those_that_are_not_near() -> None:
    near, others = [0.9, 0.8, 0.8, 0.8, 0.8], [0.5] * 10
    assert compute_margin([*near, *others]) == pytest.approx(0.4)
    assert compute_margin([*near, *others, *[0.5] * 25, *[0.0] * 100]) == pytest.approx(0.4)  # the fortieth is the last


def test_too_few_passages_tell_no_lead() -> None:
    assert compute_margin([0.9, *[0.1] * 10]) is None
    assert compute_relative_margin([0.9, *[0.1] * 10], TypicalMargin(0.1, 11)) is None


def test_nothing_is_told_in_an_index_that_was_not_measured() -> None:
    assert compute_relative_margin([0.9, *[0.1] * 20], None) is None


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (0.2, 0.7), (30.0, -3.0)])
def test_a_model_s_scale_does_not_matter(scale: float, shift: float) -> None:
    draw = random.Random(4)  # noqa: S311 - no secret
    own, asked = (sorted((draw.random() for _ in range(40)), reverse=True) for _ in range(2))
    plain = compute_relative_margin(asked, TypicalMargin(compute_margin(own) or 0, 40))
    scaled = [[score * scale + shift for score in one] for one in (own, asked)]
    assert compute_relative_margin(scaled[1], TypicalMargin(compute_margin(scaled[0]) or 0, 40)) == pytest.approx(plain)


def test_what_is_usual_holds_until_the_index_has_grown_by_a_quarter() -> None:
    usual = TypicalMargin(0.1, 100)
    assert usual.is_still_valid(125)
    assert usual.is_still_valid(80)
    assert not usual.is_still_valid(126)
    assert not usual.is_still_valid(79)


@contextlib.contextmanager
def _index(many: int) -> Iterator[tuple[QdrantClient, PassageWriter, EmbeddingModel]]:
    with ollama_in_thread() as ollama, contextlib.closing(open_temporary_qdrant()) as client:
        meaning = EmbeddingModel(Settings(ollama_url=ollama.url))
        index = PassageWriter(client, "t", meaning)
        index.prepare()
        texts = [f"La règle {n} du service {n * 7} parle de {_word(n)} et de {_word(n + 1)}." for n in range(many)]
        held = passages(document(), *texts)
        index.replace_passages(document(), held)
        vectors = meaning.embed_documents([passage.indexed_text for passage in held])
        index.add_dense_vectors([(passage.id, vector) for passage, vector in zip(held, vectors, strict=True)])
        yield client, index, meaning


def _word(n: int) -> str:
    return "".join(chr(ord("a") + (n * 5 + letter * 11) % 26) for letter in range(7))


def test_what_is_usual_is_measured_in_the_index_and_kept_with_it() -> None:
    with _index(MANY) as (client, index, meaning):
        usual = index.measure_typical_margin(None)
        assert usual is not None
        assert usual == index.measure_typical_margin(None)  # of the same passages each time
        assert usual.passages == MANY
        assert 0 < usual.lead < 1
        IndexVersions(client, "t").update_index_version(IndexVersion(), typical_margin=usual)
        search = PassageSearch(client, "t", meaning)
        near = search.search_passages(f"La règle 3 du service 21 parle de {_word(3)}", Audience.everyone(), 5)
        far = search.search_passages("zygomorphe ?", Audience.everyone(), 5)
    assert near.margin is not None
    assert far.margin is not None
    assert near.margin > far.margin
    assert near.floor == far.floor == DEFAULT_FLOOR.with_meaning


def test_an_index_of_a_few_passages_has_no_usual_lead() -> None:
    with _index(5) as (client, index, meaning):
        assert index.measure_typical_margin(None) is None
        assert PassageSearch(client, "t", meaning).search_passages("règle", Audience.everyone(), 5).margin is None


def test_what_still_holds_is_not_measured_again() -> None:
    with _index(MANY) as (_, index, _meaning):
        known = TypicalMargin(0.5, MANY)
        assert index.measure_typical_margin(known) is known
        assert index.measure_typical_margin(TypicalMargin(0.5, 2 * MANY)) != known
