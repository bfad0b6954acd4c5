from __future__ import annotations

import pytest

from knowledge.embeddings.local.encoder import LocalEncoder
from knowledge.embeddings.local.model_files import ModelFiles


@pytest.fixture(scope="session")
def encoder() -> LocalEncoder:
    files = ModelFiles.in_environment()
    files.make_files()
    return LocalEncoder(files)
