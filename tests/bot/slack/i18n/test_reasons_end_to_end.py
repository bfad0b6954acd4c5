"""Why a file could not be read, from the worker that met it to the eyes of whoever asks, in their language."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from bot.slack.handlers import reindex
from bot.slack.handlers.file_upload import CHOOSE_FOLDER_ACTION, _folder_key
from ingestion.reader_processes.pool import ReaderPool
from ingestion.rollout.rollout import IndexPlace, Rollout
from ingestion.settings import IngestionSettings
from knowledge.core.documents import DocumentState
from knowledge.core.failures import failure_from_sentence
from knowledge.core.text import add_french_spaces
from knowledge.storage.worker_requests import FileFailure
from tests.bot.slack.handlers.test_home import home_of, words
from tests.bot.slack.running_bot import Desk, at_work, saying, shown
from tests.doubles.temporary_qdrant import open_temporary_qdrant

NO_OLLAMA = "http://127.0.0.1:9"
ENGLISH = {
    "vide.md": "vide.md is empty: drop it again once it holds something.",
    "tableau.numbers": "tableau.numbers cannot be read, .numbers files are not supported: save it as .xlsx.",
    "lettre.pdf": "lettre.pdf is not a PDF, or it is damaged: open it, check it, and save it again.",
}
FRENCH = {
    "vide.md": "vide.md est vide : redéposez-le quand il contiendra quelque chose.",
    "tableau.numbers": "tableau.numbers ne peut pas être lu, les fichiers .numbers ne sont pas pris en charge : "
    "enregistrez-le en .xlsx.",
    "lettre.pdf": "lettre.pdf n'est pas un PDF, ou il est abîmé : ouvrez-le, vérifiez-le et enregistrez-le à nouveau.",
}
TROUBLE = ".souffleur.toml says nothing: until it is corrected, nobody sees what lies in this folder."
TROUBLE_IN_FRENCH = (
    ".souffleur.toml ne dit rien : tant qu'il n'est pas corrigé, personne ne voit ce que contient ce dossier."
)


class Worker:
    """The worker over a folder and the desk's index; a test has it look when it should."""

    def __init__(self, root: Path, client: QdrantClient) -> None:
        settings = IngestionSettings(_env_file=None, documents_dir=root, ollama_url=NO_OLLAMA)
        self.root = root
        self.client = client
        self.hands = ReaderPool(settings)
        self._lanes = Rollout(settings, IndexPlace.from_settings(settings, client), self.hands, threading.Event())

    async def looks(self) -> None:
        """One pass over the folder."""
        await asyncio.to_thread(self._look)

    def _look(self) -> None:
        self._lanes.review_versions()
        self._lanes.serving_worker.reconciler.run_pass()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    (tmp_path / "vide.md").write_bytes(b"")
    (tmp_path / "tableau.numbers").write_bytes(b"PK")
    (tmp_path / "lettre.pdf").write_bytes(b"Madame, Monsieur,\n")
    with closing(open_temporary_qdrant()) as client:
        worker = Worker(tmp_path, client)
        with closing(worker.hands):
            yield worker


@pytest.mark.parametrize(("person", "reasons"), [("james", ENGLISH), ("camille", FRENCH)], ids=["en", "fr"])
async def test_docs_tells_why_in_the_person_s_language(worker: Worker, person: str, reasons: dict[str, str]) -> None:
    await worker.looks()
    async with at_work(saying("?"), index=worker.client) as desk:
        await desk.slack.person(person).command("/docs")
        told = await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "vide.md" in shown(m))
        for reason in reasons.values():
            assert _set(reason, reasons) in shown(told)


@pytest.mark.parametrize(("person", "reasons"), [("james", ENGLISH), ("alice", FRENCH)], ids=["en", "fr"])
async def test_the_home_tells_why_in_the_person_s_language(
    worker: Worker, person: str, reasons: dict[str, str]
) -> None:
    folder = worker.root / "rh"
    folder.mkdir()
    (folder / ".souffleur.toml").write_bytes(b"")
    await worker.looks()
    async with at_work(saying("?"), index=worker.client, admins=frozenset({"UALICE", "UJAMES"})) as desk:
        await desk.slack.person(person).open_home()
        home = words(await home_of(desk, f"U{person.upper()}", "vide.md"))
        for reason in reasons.values():
            assert _set(reason, reasons) in home
        assert _set(TROUBLE if reasons is ENGLISH else TROUBLE_IN_FRENCH, reasons) in home


async def test_a_file_that_an_admin_sends_is_told_of_in_their_language_where_it_cannot_be_read(worker: Worker) -> None:
    root = worker.root
    async with at_work(saying("?"), index=worker.client, filing="on", documents_dir=root) as desk:
        alice = desk.slack.person("alice")
        await alice.share(alice.direct.id, "", "photo.docx", b"\x89PNG\r\n\x1a\n rest")
        menu = await desk.slack.wait_for(lambda m: bool(m.bot_id) and any(b["type"] == "actions" for b in m.blocks))
        await alice.click(menu, CHOOSE_FOLDER_ACTION, value=_folder_key(""))
        await desk.slack.wait_for(lambda m: "photo.docx est dans" in shown(m))
        await worker.looks()
        await alice.command("/docs", "photo")
        told = await desk.slack.wait_for(lambda m: bool(m.ephemeral_to) and "photo.docx" in shown(m))
        assert add_french_spaces("photo.docx est en réalité une image PNG : renommez-le en photo.png.") in shown(told)


@pytest.mark.parametrize(("person", "reasons"), [("james", ENGLISH), ("alice", FRENCH)], ids=["en", "fr"])
async def test_reindex_tells_why_in_the_admin_s_language(
    worker: Worker, person: str, reasons: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindex, "_FIRST_POLL_SECONDS", 0.02)
    async with at_work(saying("?"), index=worker.client, admins=frozenset({"UALICE", "UJAMES"})) as desk:
        await desk.slack.person(person).command("/reindex")
        await worker.looks()
        await asyncio.to_thread(_served, desk)
        told = await desk.slack.wait_for(lambda m: m.channel == f"D{person.upper()}" and "vide.md" in shown(m))
        for reason in reasons.values():
            assert f"• {_set(reason, reasons)}" in shown(told)


def _served(desk: Desk) -> None:
    """What the worker writes down of a request once it has carried it out."""
    (request,) = desk.requests.list_open_requests()
    failed = tuple(
        FileFailure(d.path, failure=d.failure or failure_from_sentence(""))
        for d in desk.ledger.list_documents().values()
        if d.state is DocumentState.FAILED
    )
    desk.requests.update_worker_request(request, "done", done=3, total=3, failed=failed)


def _set(reason: str, reasons: dict[str, str]) -> str:
    return add_french_spaces(reason) if reasons is FRENCH else reason
