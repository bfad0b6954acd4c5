"""The page on scaling shows what the computation gives, and an index is made as the settings say."""

from __future__ import annotations

from pathlib import Path

import pytest
from qdrant_client import models

from bench.scaling import table
from ingestion.rollout.rollout import choose_layout
from ingestion.settings import IngestionSettings
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.storage.client import open_qdrant
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.schema import build_search_params
from playground.qdrant.server import serve_qdrant
from tests.doubles.in_thread import in_thread
from tests.knowledge.samples import enriched, stored

PAGE = Path(__file__).parents[2] / "docs" / "scaling.md"


def test_the_table_of_the_page_is_what_the_computation_prints() -> None:
    assert table() in PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("quantization", "oversampling"), [("none", None), ("scalar", 2.0), ("binary", 3.0)])
def test_an_index_is_made_as_the_settings_say(quantization: str, oversampling: float | None) -> None:
    with in_thread(lambda: serve_qdrant(None)) as server:
        settings = IngestionSettings.load(
            qdrant_url=server.url, qdrant_shards=3, qdrant_replicas=2, qdrant_quantization=quantization
        )
        client = open_qdrant(settings)
        index = PassageWriter(client, "t", EmbeddingModel(settings), layout=choose_layout(settings))
        index.prepare()
        enriched(index, stored(index, "a.md", "un texte"))
        info = client.get_collection(index.collection)
        client.close()
    params = info.config.params
    assert (params.shard_number, params.replication_factor) == (3, 2)
    assert isinstance(params.vectors, dict)
    on_disk = next(iter(params.vectors.values())).on_disk
    assert bool(on_disk) is (quantization != "none")
    asked = build_search_params(info.config)
    assert (asked.quantization.oversampling if asked and asked.quantization else None) == oversampling
    tenant = info.payload_schema["metadata.audience"].params
    assert isinstance(tenant, models.KeywordIndexParams)
    assert tenant.is_tenant


def test_vectors_that_a_dying_worker_left_in_memory_are_put_on_disk_by_the_next() -> None:
    with in_thread(lambda: serve_qdrant(None)) as server:
        settings = IngestionSettings.load(qdrant_url=server.url, qdrant_quantization="scalar")
        client = open_qdrant(settings)
        index = PassageWriter(client, "t", EmbeddingModel(settings), layout=choose_layout(settings))
        index.prepare()
        dense = models.DenseVectorConfig(size=4, distance=models.Distance.COSINE)
        client.create_vector_name(index.collection, "dense-x", models.DenseVectorNameConfig(dense=dense))
        index.prepare()
        vectors = client.get_collection(index.collection).config.params.vectors
        client.close()
    assert isinstance(vectors, dict)
    assert vectors["dense-x"].on_disk
