"""Halves of characters, in what a file holds or is called, cost no pass and never reach the index."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from knowledge.storage.worker_requests import FolderProblems
from tests.bot.cli.running_commands import Terminal
from tests.ingestion.worker_setup import Bench, counts
from tests.knowledge.conftest import embedded, stand_in

HALVES = r"""{"title": "Cantine \ud83d", "Menu \udc00": {"text": "Le plat \ud800 du jour"}, "salle": [
    {"nom": "A\ud83d", "places": "vingt"}, {"nom": "B", "places": "trente \udfff"}]}"""
# An emoji as RTF writes it, and a letter that nobody sees, each in two halves.
PAIRS = (
    rb"{\rtf1\ansi{\info{\title Guide \u-10179?\u-8704?}}Le badge \u-10179?\u-8704? ouvre\u-9408?\u-9151?\u-10240?.}"
)

Store = Callable[[Path], AbstractContextManager[Settings]]


@pytest.fixture(params=[embedded, stand_in], ids=["embedded", "server"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[QdrantClient]:
    store: Store = request.param
    with store(tmp_path) as settings:
        client = open_qdrant(settings)
        yield client
        client.close()


def test_halves_of_characters_become_marks_and_pairs_become_characters(bench: Bench) -> None:
    bench.drop("a.json", HALVES)
    bench.drop("b.rtf", PAIRS)
    bench.drop("c.md", "un texte")
    assert counts(bench.scan()) == {"indexed": 3}
    assert bench.found("plat cantine") == {"a.json"}
    points, _ = bench.client.scroll(bench.index.collection, limit=10)
    held = json.dumps([point.payload for point in points], ensure_ascii=False)
    assert held.encode().decode() == held
    assert {"Cantine \ufffd", "Guide \U0001f600"} <= {
        document.title for document in bench.ledger.list_documents().values()
    }
    for words in (
        "Le plat \ufffd du jour",
        "Menu \ufffd",
        "A\ufffd",
        "trente \ufffd",
        "Le badge \U0001f600 ouvre\ufffd.",
    ):
        assert words in held
    assert bench.ledger.list_documents()["b.rtf"].hidden == 1
    assert counts(bench.scan()) == {"unchanged": 3}


def test_names_that_are_not_utf_8_cost_no_pass(bench: Bench) -> None:
    troubles = FolderProblems(bench.client, "t")
    worker = bench.make_worker(problems=troubles)
    bench.drop("a.md", "un texte")
    bench.drop(os.fsdecode(b"caf\xe9.md"), "un texte")
    bench.drop(os.fsdecode(b"caf\xe9/b.md"), "un texte")
    bench.drop(os.fsdecode(b"caf\xe9/.souffleur.toml"), "audience = finance")
    for expected in ({"indexed": 1, "failed": 3}, {"unchanged": 1, "failed": 3}):
        summary = worker.run_pass()
        assert counts(summary) == expected
        assert all(failure.path.isascii() for failure in summary.failed)
    assert bench.found("texte") == {"a.md"}
    (trouble,) = FolderProblems(bench.client, "t").list_folder_problems()
    assert trouble.folder == r"'caf\udce9'"


def test_what_the_terminal_prints_can_be_printed(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path)
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.json").write_text(HALVES, encoding="utf-8")
    assert terminal.run("scan", module="ingestion").returncode == 0
    search = terminal.run("search", "plat cantine", "--json")
    assert search.returncode == 0, search.stderr
    assert json.loads(search.stdout)[0]["document"] == "a.json"
