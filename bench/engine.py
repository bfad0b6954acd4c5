"""Measure search, filling, memory, disk and start of the embedded engine. `python -m bench.engine --passages N`.

The passages are made up: 384 numbers and 60 words each, the words as frequent as words are, and folders that 1%, 10%
and 50% of them belong to. Each figure is the product's own way of asking, over qdrant-client and the REST routes;
`bare` asks the engine itself the same. On a busy machine, the ratio of processor time says more than that of times.
With `--local-mode`, the same index is also asked in qdrant-client's local mode, in turns with the engine. Prints one
JSON line last.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import qdrant_edge as edge
from qdrant_client import QdrantClient, models

from bench.processes import load
from knowledge.core.access import Audience
from knowledge.retrieval.hybrid_search import CANDIDATES
from knowledge.storage.client import query_batch
from knowledge.storage.payload_indexes import build_audience_filter, create_payload_indexes
from knowledge.storage.schema import SPARSE_VECTOR_NAME, build_version_point, build_version_request
from qdrant_engine.client import build_client
from qdrant_engine.engine import Engine
from qdrant_engine.queries import build_request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_DIMENSION, _WORDS, _VOCABULARY = 384, 60, 50_000
_SHARES = {"1%": 0.01, "10%": 0.10, "50%": 0.50}
_NAME, _DENSE = "passages", "dense"
_BATCH = 512
_TEXT = "Made-up words of a passage. " * 40


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.engine", description=__doc__)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=200, help="for each audience")
    parser.add_argument("--local-mode", action="store_true", help="also ask qdrant-client's local mode")
    parser.add_argument("--folder", type=Path, help="where to keep the index; a temporary folder if it is not said")
    parser.add_argument("--start-only", action="store_true", help="open --folder, search once, print the seconds")
    given = parser.parse_args()
    if given.start_only:
        print(json.dumps(_start(given.folder)))
        return
    with tempfile.TemporaryDirectory() as temporary:
        print(json.dumps(_measure(given.folder or Path(temporary), given.passages, given.questions, given.local_mode)))


def _measure(folder: Path, passages: int, questions: int, with_local: bool) -> dict[str, Any]:
    engine = Engine(folder)
    client = build_client(engine)
    started = time.perf_counter()
    if not client.collection_exists(_NAME):
        _create(client)
        _fill(client, passages)
    filled = time.perf_counter() - started
    while engine.get_collection(_NAME).needs_graph(at_rest=True):
        time.sleep(0.5)  # the engine's own thread builds it
    indexed = time.perf_counter() - started
    local = QdrantClient(":memory:") if with_local else None
    if local is not None:
        _create(local)
        _fill(local, passages)
    figures = {"passages": passages, **_searches(client, engine, local, questions), "fill_s": round(filled, 1)}
    figures |= {"index_s": round(indexed, 1), "rss_mb": _memory_mb()}
    client.close()
    figures["disk_mb"] = round(sum(one.stat().st_blocks * 512 for one in folder.rglob("*")) / 1e6)
    again = subprocess.run(  # noqa: S603 (this module)
        [sys.executable, "-m", "bench.engine", "--start-only", "--folder", str(folder)],
        check=True,
        capture_output=True,
        text=True,
    )
    return {**figures, **json.loads(again.stdout), "load": load()}


def _start(folder: Path) -> dict[str, float]:
    started = time.perf_counter()
    with closing(build_client(Engine(folder))) as client:
        query_batch(client, _NAME, [build_version_request(), *_ask(np.random.default_rng(9), "1%")])
        return {"start_s": round(time.perf_counter() - started, 2), "rss_after_start_mb": _memory_mb()}


def _create(client: QdrantClient) -> None:
    client.create_collection(
        _NAME,
        vectors_config={_DENSE: models.VectorParams(size=_DIMENSION, distance=models.Distance.COSINE)},
        sparse_vectors_config={SPARSE_VECTOR_NAME: models.SparseVectorParams(modifier=models.Modifier.IDF)},
    )
    create_payload_indexes(client, _NAME, known=())


def _fill(client: QdrantClient, passages: int) -> None:
    client.upsert(_NAME, [build_version_point("1")], wait=True)
    numbers = np.random.default_rng(1)
    centres = _centres()
    for start in range(0, passages, _BATCH):
        ids = range(start, min(passages, start + _BATCH))
        client.upsert(_NAME, [_point(numbers, centres, one) for one in ids], wait=True)


def _centres() -> Any:
    """Vectors of texts lie in groups, by subject."""
    return np.random.default_rng(7).standard_normal((500, _DIMENSION))


def _point(numbers: np.random.Generator, centres: Any, one: int) -> models.PointStruct:
    draw = numbers.random()
    groups = [name for name, share in _SHARES.items() if draw < share] or ["rest"]
    metadata = {
        "document_id": f"d{one // 20}",
        "version": f"v{one // 20}",
        "audience": groups[:1],
        "edition": f"e{one // 20}",
        "live": True,
        "text_language": "en",
        "n": one % 20,
        "path": f"folder/{one // 20}.md",
        "title": "A made-up document",
    }
    return models.PointStruct(
        id=one,
        vector={_DENSE: _vector(numbers, centres), SPARSE_VECTOR_NAME: _words(numbers, _WORDS)},
        payload={"page_content": _TEXT, "metadata": metadata},
    )


def _vector(numbers: np.random.Generator, centres: Any) -> list[float]:
    vector = centres[numbers.integers(len(centres))] + numbers.standard_normal(_DIMENSION)
    return [round(float(one), 4) for one in vector / np.linalg.norm(vector)]


def _words(numbers: np.random.Generator, count: int) -> models.SparseVector:
    words = np.unique(np.minimum(numbers.zipf(1.3, count), _VOCABULARY))
    return models.SparseVector(indices=[int(one) for one in words], values=[1.0] * len(words))


def _ask(numbers: np.random.Generator, share: str) -> list[models.QueryRequest]:
    """A question by words and by meaning, as the product asks it."""
    groups = {name for name, value in _SHARES.items() if value <= _SHARES[share]}
    condition = build_audience_filter(Audience(frozenset(groups)))
    asked = ((_words(numbers, 8), SPARSE_VECTOR_NAME), (_vector(numbers, _centres()), _DENSE))
    return [
        models.QueryRequest(query=query, using=using, filter=condition, limit=CANDIDATES, with_payload=True)
        for query, using in asked
    ]


def _searches(client: QdrantClient, engine: Engine, local: QdrantClient | None, questions: int) -> dict[str, Any]:
    ways: dict[str, Callable[[Sequence[models.QueryRequest]], object]] = {
        "words": lambda asked: query_batch(client, _NAME, [build_version_request(), *asked[:1]]),
        "meaning": lambda asked: query_batch(client, _NAME, [build_version_request(), *asked[1:]]),
        "fused": lambda asked: query_batch(client, _NAME, [build_version_request(), *asked]),
        "bare_fused": lambda asked: _ask_bare(engine, asked),
    }
    if local is not None:
        ways["local_fused"] = lambda asked: local.query_batch_points(_NAME, asked)
    numbers = np.random.default_rng(3)
    taken: dict[tuple[str, str], list[float]] = {(way, share): [] for way in ways for share in _SHARES}
    used: dict[str, list[float]] = {way: [] for way in ways}
    for share, _ in zip(cycle(_SHARES), range(questions * len(_SHARES)), strict=False):
        asked = _ask(numbers, share)
        for way, ask in ways.items():
            if way.startswith("local") and len(taken[way, share]) >= max(3, questions // 20):
                continue
            started, processor = time.perf_counter(), time.process_time()
            ask(asked)
            used[way].append(time.process_time() - processor)
            taken[way, share].append((time.perf_counter() - started) * 1000)
    processor_ratio = float(np.median(used["fused"]) / np.median(used["bare_fused"]))
    return {**dict(_percentiles(taken, ways, local is not None)), "fused_to_bare_processor": round(processor_ratio, 2)}


def _percentiles(
    taken: dict[tuple[str, str], list[float]], ways: Sequence[str] | dict[str, Any], with_local: bool
) -> Iterator[tuple[str, Any]]:
    for way in ways:
        every = [one for share in _SHARES for one in taken[way, share]]
        yield f"{way}_p50_ms", round(float(np.percentile(every, 50)), 2)
        yield f"{way}_p95_ms", round(float(np.percentile(every, 95)), 2)
        yield (
            f"{way}_p95_ms_by_audience",
            {share: round(float(np.percentile(taken[way, share], 95)), 2) for share in _SHARES},
        )
    fused = [np.median(taken["fused", share]) / np.median(taken["bare_fused", share]) for share in _SHARES]
    yield "fused_to_bare", round(float(np.median(fused)), 2)
    if with_local:
        faster = [np.median(taken["local_fused", share]) / np.median(taken["fused", share]) for share in _SHARES]
        yield "local_to_fused", round(float(np.median(faster)), 1)


def _ask_bare(engine: Engine, asked: Sequence[models.QueryRequest]) -> object:
    requests = [build_request(one, lambda *_: None) for one in asked]
    return engine.get_collection(_NAME).shard.query_batch(edge.QueryBatchRequest(requests))


def _memory_mb() -> int:
    with Path(f"/proc/{os.getpid()}/status").open() as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))


if __name__ == "__main__":
    main()
