"""The worker's series: documents, passages, what waits for vectors, passes. Numbers, never paths or words.

docs/metrics.md lists every series.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from knowledge.core.documents import Document, is_waiting
from knowledge.runtime.metrics import REGISTRY

PASS_SECONDS = Histogram(
    "souffleur_pass_seconds",
    "Seconds that a pass over the folder took.",
    buckets=(0.1, 0.5, 1, 5, 10, 30, 60, 120, 300),
    registry=REGISTRY,
)
LAST_PASS = Gauge(
    "souffleur_last_pass_timestamp_seconds", "When the last pass ended, in seconds since the epoch.", registry=REGISTRY
)


@dataclass(frozen=True, slots=True)
class IndexFigures:
    """What the worker knows of its index at one moment; `documents` counts by state and reason."""

    documents: Mapping[tuple[str, str], int] = field(default_factory=dict)
    passages: int = 0
    passages_without_vector: int = 0
    held_deletions: int = 0
    index_version: int = 0


def count_documents(documents: Iterable[Document]) -> dict[tuple[str, str], int]:
    """Count documents by state and by the code of what went wrong, empty where nothing did."""
    return dict(
        Counter(
            ("waiting" if is_waiting(one) else one.state.value, one.failure.code.value if one.failure else "")
            for one in documents
        )
    )


class IndexCollector(Collector):
    """Shows the latest figures. They are replaced as a whole, so that a scrape never sees half of them."""

    def __init__(self) -> None:
        self.figures: IndexFigures | None = None

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """The series, without values."""
        return _build_families(IndexFigures())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The series with the latest values; none before the first pass."""
        return _build_families(self.figures) if self.figures else iter(())


def _build_families(figures: IndexFigures) -> Iterator[GaugeMetricFamily]:
    documents = GaugeMetricFamily(
        "souffleur_documents", "Documents that the ledger knows, by state and reason.", labels=["state", "reason"]
    )
    for labels, count in figures.documents.items():
        documents.add_metric(labels, count)
    yield documents
    yield GaugeMetricFamily("souffleur_passages", "Passages that can be found.", figures.passages)
    yield GaugeMetricFamily(
        "souffleur_embedding_backlog_passages",
        "Passages that wait for their vector: words find them, meaning does not yet.",
        figures.passages_without_vector,
    )
    yield GaugeMetricFamily(
        "souffleur_held_deletions",
        "Documents missing from the folder whose deletion waits for an administrator.",
        figures.held_deletions,
    )
    yield GaugeMetricFamily("souffleur_index_version", "The number of the serving index.", figures.index_version)


INDEX_COLLECTOR = IndexCollector()
REGISTRY.register(INDEX_COLLECTOR)
