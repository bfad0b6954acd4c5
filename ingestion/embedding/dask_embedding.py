"""Has passages embedded by the local model on the workers of a Dask cluster: many machines embed at the same time.

Each batch is one task, on whichever worker is free. A worker asks the model's process of its own machine, as the worker
of the folder does here. A task returns an error in place of raising it: Dask would log the texts beside it.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from distributed import Client, KilledWorker
from distributed.client import ClosedClientError

from ingestion.reader_processes.dask_cluster import security_from_settings
from knowledge.core.failures import ModelUnavailable
from knowledge.embeddings.local.client import get_shared_client

if TYPE_CHECKING:
    from ingestion.settings import IngestionSettings

log = logging.getLogger(__name__)

_CONNECT_SECONDS = 10


class DaskEmbedding:
    """One connection to the scheduler of the settings; the first batch opens it. Several threads may use it."""

    def __init__(self, settings: IngestionSettings) -> None:
        """Check the certificates."""
        self._scheduler = settings.dask_scheduler
        self._security = security_from_settings(settings)
        # A worker may first read a document to its end.
        self._patience = settings.embedding_timeout + settings.read_seconds
        self._lock = threading.Lock()
        self._client: Client | None = None

    def count_workers(self) -> int:
        """How many workers the cluster has, at least 1, and 1 before the first batch."""
        client = self._client
        workers = client.scheduler_info(n_workers=-1)["workers"] if client and client.status == "running" else ()
        return max(len(workers), 1)

    def embed_texts(self, texts: list[str], timeout: float) -> list[list[float]]:
        """Returns the vectors of texts in order, from one worker of the cluster."""
        try:
            task = self._connect().submit(embed_on_worker, texts, timeout, pure=False)
            outcome = task.result(timeout=self._patience)
        except (OSError, TimeoutError, ClosedClientError, KilledWorker, ImportError) as error:
            self.close()
            raise ModelUnavailable(
                f"The cluster at {self._scheduler} embeds nothing ({type(error).__name__}): look at its scheduler and "
                "workers."
            ) from error
        if isinstance(outcome, str):
            raise ModelUnavailable(f"A worker of the cluster at {self._scheduler} embeds nothing. {outcome}")
        vectors: list[list[float]] = outcome
        return vectors

    def close(self) -> None:
        """Leave the cluster; the next batch connects again."""
        with self._lock:
            client, self._client = self._client, None
        if client:
            client.close(timeout=_CONNECT_SECONDS)

    def _connect(self) -> Client:
        with self._lock:
            if self._client is None or self._client.status != "running":
                self._client = Client(
                    self._scheduler, security=self._security, timeout=_CONNECT_SECONDS, set_as_default=False
                )
                log.info(
                    "embedding on a cluster: workers=%d", len(self._client.scheduler_info(n_workers=-1)["workers"])
                )
            return self._client


def embed_on_worker(texts: list[str], timeout: float) -> list[list[float]] | str:
    """Runs on a worker of the cluster: the vectors of texts by the local model there, or why there are none."""
    try:
        return get_shared_client().embed_texts(texts, timeout)
    except ModelUnavailable as error:
        return str(error)
