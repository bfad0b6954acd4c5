"""The worker's settings, on top of those both processes share."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from knowledge.settings import Settings


class IngestionSettings(Settings):
    """Which folder is watched, how often it is looked at, and what reading a document may cost."""

    documents_dir: Path = Path("documents")
    scan_seconds: float = Field(default=30, gt=0, allow_inf_nan=False, description="between two looks at the folder")
    quiet_seconds: float = Field(
        default=1, ge=0, allow_inf_nan=False, description="a file must have rested before it is read"
    )
    max_file_mb: int = Field(default=200, gt=0, description="larger files are refused")
    read_seconds: int = Field(default=300, gt=0, description="reading one document may take")
    read_memory_mb: int = Field(default=4096, ge=512, description="reading one document may take")
    readers: int = Field(default=2, ge=1, le=64, description="documents read at the same time")
    max_deletes: int = Field(default=20, ge=0, description="documents that may vanish at once without a confirmation")
    max_deletes_percent: float = Field(
        default=20, ge=0, le=100, allow_inf_nan=False, description="of the documents, below which they also may"
    )
