"""The worker's own settings; those that the bot has too are in `knowledge.runtime.settings`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, FilePath, field_validator

from knowledge.runtime.settings import Settings


class IngestionSettings(Settings):
    """Says which folder is watched, how often, and what reading a document may cost."""

    documents_dir: Path = Path("documents")
    scan_seconds: float = Field(default=30, gt=0, allow_inf_nan=False, description="between two looks at the folder")
    quiet_seconds: float = Field(
        default=0.5, ge=0, allow_inf_nan=False, description="a file must have rested before it is read"
    )
    max_file_mb: int = Field(default=200, gt=0, description="larger files are refused")
    read_seconds: int = Field(default=300, gt=0, description="reading one document may take")
    read_memory_mb: int = Field(default=4096, ge=512, description="reading one document may take")
    read_comments: Literal["on", "off"] = Field(
        default="on", description="whether comments of Office files and PDFs are read"
    )
    readers: int = Field(default=2, ge=1, le=64, description="documents read at the same time")
    embedding_parallel: int = Field(default=1, ge=1, le=64, description="batches embedded at the same time")
    dask_scheduler: str | None = Field(default=None, description="a Dask cluster that reads, in place of this machine")
    dask_tls_ca: FilePath | None = Field(default=None, description="whom the scheduler must be certified by")
    dask_tls_cert: FilePath | None = Field(default=None, description="by which the scheduler knows this worker")
    dask_tls_key: FilePath | None = None
    max_deletes: int = Field(default=20, ge=0, description="documents that may vanish at once without a confirmation")
    max_deletes_percent: float = Field(
        default=20, ge=0, le=100, allow_inf_nan=False, description="of the documents, below which they also may"
    )
    qdrant_shards: int = Field(default=1, ge=1, le=1024, description="parts that a new index is split into")
    qdrant_replicas: int = Field(default=1, ge=1, le=16, description="copies of each part, on servers of their own")
    qdrant_quantization: Literal["none", "scalar", "binary"] = Field(
        default="none", description="how vectors are kept in memory"
    )
    switch_gate: FilePath | None = Field(default=None, description="questions on which a new index may not do worse")
    keep_old_index_hours: float = Field(
        default=24, ge=0, allow_inf_nan=False, description="before an index that was replaced is dropped"
    )

    @field_validator("dask_scheduler")
    @classmethod
    def _is_scheduler(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("tls", "tcp") or not parts.hostname or not parts.port:
            raise ValueError("must be tls://host:port, or tcp://host:port within a network that you trust")
        return value
