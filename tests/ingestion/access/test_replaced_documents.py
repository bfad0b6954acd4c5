"""Who may know a new file says nothing about the passages of the earlier one at its path."""

from __future__ import annotations

import shutil

import pytest

from ingestion.scan.document_file import DocumentFile
from knowledge.core.access import EVERYONE, Audience
from knowledge.core.failures import BusyDocument
from knowledge.retrieval.hybrid_search import PassageSearch
from tests.ingestion.worker_setup import Bench, counts

FINANCE = Audience(frozenset({EVERYONE, "#finance"}))
TEXT = "# Budget\n\nLe budget de la refonte est de douze mille euros."


def seen(bench: Bench, audience: Audience) -> set[str]:
    results = PassageSearch(bench.client, "t", bench.meaning).search_passages("budget refonte", audience, 50)
    return {one.passage.path for one in results.found}


def test_passages_of_an_exchanged_folder_do_not_get_the_audience_of_the_one_in_its_place(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new file cannot be read now, and an older version goes on answering: not for more people than before."""
    bench.drop("team/a.md", TEXT)
    bench.drop("team/.souffleur.toml", 'audience = "#finance"')
    bench.scan()
    assert seen(bench, FINANCE) == {"team/a.md"}
    shutil.move(bench.root / "team", bench.root / ".away")
    bench.drop("team/a.md", "# Public\n\nUn autre texte.")
    with monkeypatch.context() as patched:
        patched.setattr(DocumentFile, "open_snapshot", _refuse)
        assert [failure.path for failure in bench.scan().failed] == ["team/a.md"]
        assert seen(bench, Audience.everyone()) == set()
    bench.ahead = 60
    assert counts(bench.scan()) == {"indexed": 1}
    assert bench.found("autre texte") == {"team/a.md"}


def _refuse(file: DocumentFile, *_: object, **__: object) -> None:
    raise BusyDocument(f"{file.name} cannot be opened.")
