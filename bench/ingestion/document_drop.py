"""Measure from the drop of a long PDF to its first hit, its last page and its dense vectors; and the memory.

The worker runs in a process of its own with its children, over the playground's stand-in for Qdrant; the embedding
model runs in a third process.
"""

from __future__ import annotations

import json
import shutil
import statistics
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from bench.embedding_server import NAME
from bench.processes import (
    PDF,
    listening_process,
    load,
    needed,
    peak,
    process,
    processor_seconds,
    seconds,
    served,
    until,
)
from knowledge.core.access import Audience
from knowledge.core.documents import DocumentState
from knowledge.embeddings.embedding_model import EMBEDDING_BATCH_SIZE, EmbeddingModel
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.runtime.settings import LOCAL_MODELS, Settings
from knowledge.storage.client import open_qdrant
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.schema import build_passages_filter, passage_from_payload

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qdrant_client import QdrantClient

_PREFIX = "bench"
_WORDS = "copies of this document may be made for your own use"  # on the PDF's second page
_LIMIT = 1200.0
_LOCAL_SERVER = "knowledge.embeddings.local.server"
_NO_MODEL = "http://127.0.0.1:9"  # nobody listens there: a question need not wait for a model that embeds passages


@dataclass(frozen=True, slots=True)
class Drop:
    """Seconds from the drop; seconds that the same texts take to be embedded by themselves; megabytes.

    `processor` has seconds of processor time: of the worker, its readers, Qdrant and the model, and of the model when
    it embeds the same texts by themselves.
    """

    first_hit: float
    all_words: float
    all_meaning: float
    bare_embedding: float
    peak_mb: int
    passages: int
    processor: dict[str, float]


def dropping(rounds: int) -> dict[str, object]:
    """The figures with a model behind Ollama's routes, each the median of some rounds."""
    with served("bench.embedding_server", "--port", "0") as ollama:
        return _measure(rounds, {"ollama_url": ollama, "embedding_model": NAME}, listening_process(ollama))


def dropping_local(rounds: int) -> dict[str, object]:
    """The same with the local embedding model, whose process runs already and counts as none of the worker's."""
    model = {"embedding_model": f"local:{LOCAL_MODELS[0]}"}
    EmbeddingModel(Settings.load(**model)).embed_documents(["warm"])
    servers = [one for one in psutil.Process().children() if _LOCAL_SERVER in one.cmdline()]
    if len(servers) != 1:
        raise SystemExit("The local model runs already for another program: wait until that ends, and start again.")
    return _measure(rounds, model, servers[0])


def _measure(rounds: int, model: Mapping[str, str], model_process: psutil.Process) -> dict[str, object]:
    drops = [_drop(needed(PDF), model, model_process) for _ in range(rounds)]
    parts = {name: _median([drop.processor[name] for drop in drops]) for name in drops[0].processor}
    return {
        "first_hit_s": _median([drop.first_hit for drop in drops]),
        "all_words_s": _median([drop.all_words for drop in drops]),
        "all_meaning_s": _median([drop.all_meaning for drop in drops]),
        "bare_embedding_s": _median([drop.bare_embedding for drop in drops]),
        "meaning_ratio": _median([drop.all_meaning / drop.bare_embedding for drop in drops]),
        "processor_s": parts,
        "processor_ratio": round(sum(parts.values()) / parts["bare model"] - 1, 2),
        "worker_peak_mb": max(drop.peak_mb for drop in drops),
        "passages": drops[0].passages,
        "load": load(),
    }


def _median(values: list[float]) -> float:
    return round(statistics.median(values), 2)


def _drop(source: Path, model: Mapping[str, str], model_process: psutil.Process) -> Drop:
    with (
        tempfile.TemporaryDirectory() as scratch,
        served("bench.qdrant_server", "--path", f"{scratch}/qdrant") as qdrant,
    ):
        settings = Settings.load(qdrant_url=qdrant, collection=_PREFIX, **model)
        client = open_qdrant(settings)
        folder = Path(scratch) / "documents"
        folder.mkdir()
        outside = Path(scratch) / source.name
        shutil.copyfile(source, outside)
        environment = {name.upper(): str(value) for name, value in settings.model_dump(exclude_none=True).items()}
        environment |= {"DOCUMENTS_DIR": str(folder), "HEARTBEAT_DIR": scratch}
        with (
            process("ingestion", "watch", env=environment, log=Path(scratch) / "log") as worker,
            peak(worker.pid) as top,
        ):
            until(lambda: _is_ready(Path(scratch) / "ingestion.json"), _LIMIT)
            server = listening_process(qdrant)
            began = _consumed_by(worker, server, model_process)
            outside.rename(folder / source.name)
            first, words, meaning = _waited(client, settings, source.name)
            ended = _consumed_by(worker, server, model_process)
        texts = _texts(client)
        client.close()
        bare = seconds(lambda: _embed(EmbeddingModel(settings), texts))
        consumed = {name: ended[name] - began[name] for name in ended}
        consumed["bare model"] = processor_seconds(model_process) - ended["model"]
    return Drop(first, words, meaning, bare, top.mb, len(texts), consumed)


def _is_ready(heartbeat: Path) -> bool:
    """Whether the worker has made its index, with all that searches need."""
    return heartbeat.exists() and json.loads(heartbeat.read_text(encoding="utf-8")).get("ready") is True


def _consumed_by(worker: psutil.Process, server: psutil.Process, model: psutil.Process) -> dict[str, float]:
    times = worker.cpu_times()
    own = float(times.user + times.system)
    readers = processor_seconds(worker, with_children=True) - own
    return {"worker": own, "readers": readers, "qdrant": processor_seconds(server), "model": processor_seconds(model)}


def _waited(client: QdrantClient, settings: Settings, name: str) -> tuple[float, float, float]:
    by_words_alone = EmbeddingModel(settings.model_copy(update={"ollama_url": _NO_MODEL, "embedding_model": NAME}))
    search, ledger = PassageSearch(client, _PREFIX, by_words_alone), DocumentLedger(client, _PREFIX)
    first = until(lambda: bool(search.search_passages(_WORDS, Audience.everyone(), 1).found), _LIMIT)

    def has(*states: DocumentState) -> bool:
        document = ledger.get_document(name)
        return document is not None and document.state in states

    words = first + until(lambda: has(DocumentState.WORDS, DocumentState.MEANING), _LIMIT)
    return first, words, words + until(lambda: has(DocumentState.MEANING), _LIMIT, every=0.1)


def _texts(client: QdrantClient) -> list[str]:
    points, _ = client.scroll(f"{_PREFIX}_passages", build_passages_filter(), limit=100_000)
    return [passage_from_payload(point.payload or {}, str(point.id)).indexed_text for point in points]


def _embed(model: EmbeddingModel, texts: list[str]) -> None:
    """Have the texts embedded as they come, each cut where it is longer than the model reads."""
    for start in range(0, len(texts), EMBEDDING_BATCH_SIZE):
        model.embed_truncated(texts[start : start + EMBEDDING_BATCH_SIZE])
