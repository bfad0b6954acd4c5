"""Gives a test a process of the local embedding model of its own, which ends with the test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.embeddings.local.client import get_shared_client

END_SECONDS = 60.0


@contextmanager
def local_model_process() -> Iterator[None]:
    """Let the shared client of this process start a model's process of its own for the block, if it is asked."""
    before = tempfile.tempdir
    folder = Path(tempfile.mkdtemp(prefix="local-model-"))  # short enough for the path of a socket
    tempfile.tempdir = str(folder)
    try:
        client = get_shared_client()
        client._linger_seconds = 0.2
        yield
        client.close()
        if client._child:
            client._child.wait(END_SECONDS)
    finally:
        tempfile.tempdir = before
        shutil.rmtree(folder)
