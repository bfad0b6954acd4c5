"""The registry of metrics, and the series that both processes have. docs/metrics.md lists every series.

The bot's own series are in `bot/slack/metrics.py`, the worker's in `ingestion/metrics.py`. A label's value comes from a
fixed list of words, never from a question, a document or a name.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Info, ProcessCollector, disable_created_metrics

from knowledge import VERSION

# Else each counter would have a second series, which nobody would look at.
disable_created_metrics()  # type: ignore[no-untyped-call] # the library leaves this one unannotated

REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)

BUILD = Info("souffleur_build", "The version of Souffleur that runs.", registry=REGISTRY)
BUILD.info({"version": VERSION})
READY = Gauge("souffleur_ready", "1 while the process can do its work, 0 while it waits for others.", registry=REGISTRY)
QDRANT_FAILURES = Counter(
    "souffleur_qdrant_failures", "Calls to Qdrant that failed or were refused.", registry=REGISTRY
)
OLLAMA_FAILURES = Counter(
    "souffleur_ollama_failures",
    "Calls to a model that failed, by what it was asked for; the local embedding model counts too.",
    ["use"],
    registry=REGISTRY,
)
for use in ("chat", "embedding"):
    OLLAMA_FAILURES.labels(use)  # a counter that is shown from the start can be seen to grow
