from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

import pytest
from qdrant_client import QdrantClient

from ingestion.reader_processes.pool import ReaderPool
from ingestion.scan import folder_scan
from ingestion.sync import reconciler
from knowledge.core.documents import DocumentState
from knowledge.embeddings.embedding_model import EmbeddingModel
from knowledge.runtime.settings import Settings
from knowledge.storage.client import open_qdrant
from knowledge.storage.document_ledger import DocumentLedger
from knowledge.storage.passage_writer import PassageWriter
from playground.qdrant.server import serve_qdrant
from tests.doubles.in_thread import in_thread
from tests.ingestion.worker_setup import Bench, counts
from tests.knowledge.samples import count_passages_by_path
from tests.knowledge.storage.crashing_client import Crash, crashing
from tests.torture.permissions import without_root_privileges

WORD = Path(__file__).parents[3] / "playground" / "documents" / "Expense policy.docx"


def test_files_of_several_formats_become_searchable(bench: Bench) -> None:
    bench.drop("a.md", "# Télétravail\n\nDeux jours par semaine.")
    bench.drop("dossier/b.txt", "La cantine ouvre à midi.")
    shutil.copy(WORD, bench.root)
    summary = bench.scan()
    assert (summary.documents, counts(summary)) == (3, {"indexed": 3})
    assert summary.passages == sum(count_passages_by_path(bench.index).values())
    assert "a.md" in bench.found("télétravail")
    assert bench.found("cantine") == {"dossier/b.txt"}
    assert "Expense policy.docx" in bench.found("expense receipts")


def test_a_second_pass_has_nothing_to_do(bench: Bench) -> None:
    bench.drop("a.md", "un texte")
    bench.scan()
    assert counts(bench.scan()) == {"unchanged": 1}


def test_on_a_server_a_removed_document_is_deleted_once(
    tmp_path: Path, reader_pool: ReaderPool, meaning: EmbeddingModel
) -> None:
    with in_thread(lambda: serve_qdrant(None)) as server:
        client = open_qdrant(Settings(qdrant_url=server.url))
        stop = threading.Event()
        bench = Bench(
            tmp_path,
            client,
            PassageWriter(client, "t", meaning),
            DocumentLedger(client, "t"),
            reader_pool,
            meaning,
            stop,
        )
        bench.drop("a.md", "un texte")
        bench.drop("b.md", "un autre")
        bench.scan()
        (tmp_path / "a.md").unlink()
        assert [counts(bench.scan()) for _ in range(2)] == [{"unchanged": 1, "deleted": 1}, {"unchanged": 1}]
        client.close()


def test_a_changed_file_answers_with_its_new_text_alone(bench: Bench) -> None:
    bench.drop("a.md", "ancien texte")
    bench.scan()
    bench.drop("a.md", "nouveau texte")
    assert counts(bench.scan()) == {"indexed": 1}
    assert bench.found("ancien") == set()
    assert bench.found("nouveau") == {"a.md"}


def test_a_replacement_of_the_same_size_and_time_is_seen(bench: Bench) -> None:
    path = bench.drop("a.md", "texte rouge")
    bench.scan()
    status = path.stat()
    bench.drop("a.md", "texte jaune")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert counts(bench.scan()) == {"indexed": 1}
    assert bench.found("jaune") == {"a.md"}


def test_a_touched_file_is_not_read_again(bench: Bench) -> None:
    path = bench.drop("a.md", "un texte")
    bench.scan()
    before = bench.ledger.get_document("a.md")
    os.utime(path)
    assert counts(bench.scan()) == {"unchanged": 1}
    after = bench.ledger.get_document("a.md")
    assert before is not None
    assert after is not None
    assert (after.read_at, after.fingerprint != before.fingerprint) == (before.read_at, True)


def test_a_moved_file_keeps_its_passages(bench: Bench) -> None:
    bench.drop("a.md", "# Titre\n\nun texte")
    bench.scan()
    (bench.root / "f").mkdir()
    (bench.root / "a.md").rename(bench.root / "f" / "b.md")
    assert counts(bench.scan()) == {"moved": 1}
    assert bench.found("texte") == {"f/b.md"}
    assert list(bench.ledger.list_documents()) == ["f/b.md"]


def test_a_rename_of_case_alone_moves_the_document(bench: Bench) -> None:
    bench.drop("guide.md", "# Titre\n\nun texte")
    bench.scan()
    (bench.root / "guide.md").rename(bench.root / "Guide.md")
    assert counts(bench.scan()) == {"moved": 1}
    assert bench.found("texte") == {"Guide.md"}


def test_a_folder_that_is_moved_in_whole_is_indexed_whole(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "new" / "deep").mkdir(parents=True)
    for path in ("new/a.md", "new/deep/b.md"):
        (tmp_path / path).write_text(f"# {path}\n\nun texte", encoding="utf-8")
    (tmp_path / "new").rename(bench.root / "new")
    assert counts(bench.scan()) == {"indexed": 2}
    assert bench.found("texte") == {"new/a.md", "new/deep/b.md"}


def test_a_file_older_than_the_last_scan_is_indexed(bench: Bench) -> None:
    bench.scan()
    os.utime(bench.drop("a.md", "un texte"), (0, 0))
    assert counts(bench.scan()) == {"indexed": 1}


def test_an_office_program_that_saves_by_rename_leaves_one_document(bench: Bench) -> None:
    bench.drop("a.md", "# Titre\n\nancien texte")
    bench.scan()
    bench.drop("~$a.md", "lock")
    fresh = bench.drop("a.md.tmp", "# Titre\n\nnouveau texte")
    (bench.root / "a.md").rename(bench.root / "a.md~")
    fresh.rename(bench.root / "a.md")
    assert counts(bench.scan()) == {"indexed": 1}
    assert bench.found("ancien nouveau") == {"a.md"}


def test_a_document_in_a_folder_that_is_closed_goes_on_answering(bench: Bench) -> None:
    bench.drop("f/a.md", "un texte")
    bench.drop("b.md", "autre texte")
    bench.scan()
    (bench.root / "b.md").unlink()
    (bench.root / "f").chmod(0)
    with without_root_privileges():
        assert counts(bench.scan()) == {"failed": 1}
    (bench.root / "f").chmod(0o700)
    assert counts(bench.scan()) == {"unchanged": 1, "deleted": 1}


def test_a_file_that_vanishes_before_it_is_hashed_is_left_to_the_next_look(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.drop("a.md", "un texte")
    seen = folder_scan.scan_folder(bench.root)
    (bench.root / "a.md").unlink()
    monkeypatch.setattr(reconciler, "scan_folder", lambda _: seen)
    assert counts(bench.scan()) == {}
    assert bench.ledger.list_documents() == {}


def test_a_renamed_file_that_is_called_by_its_name_gets_its_new_title(bench: Bench) -> None:
    bench.drop("budget.txt", "des chiffres en vrac")
    bench.scan()
    (bench.root / "budget.txt").rename(bench.root / "prévisions.txt")
    bench.scan()
    assert bench.found("prévisions") == {"prévisions.txt"}
    assert bench.found("budget") == set()


def test_a_copy_is_indexed_without_reading(bench: Bench) -> None:
    bench.drop("a.md", "# Titre\n\nun texte")
    bench.scan()
    bench.drop("b.md", "# Titre\n\nun texte")
    assert counts(bench.scan()) == {"indexed": 1, "unchanged": 1}
    first, second = (bench.ledger.get_document(path) for path in ("a.md", "b.md"))
    assert first is not None
    assert second is not None
    assert first.read_at == second.read_at


def test_two_files_that_swap_their_names_swap_their_answers(bench: Bench) -> None:
    bench.drop("a.md", "# A\n\nrouge")
    bench.drop("b.md", "# B\n\njaune")
    bench.scan()
    (bench.root / "a.md").rename(bench.root / "c")
    (bench.root / "b.md").rename(bench.root / "a.md")
    (bench.root / "c").rename(bench.root / "b.md")
    bench.scan()
    assert (bench.found("rouge"), bench.found("jaune")) == ({"b.md"}, {"a.md"})
    assert counts(bench.scan()) == {"unchanged": 2}


def test_a_deleted_file_is_forgotten(bench: Bench) -> None:
    bench.drop("a.md", "un texte").unlink()
    bench.drop("a.md", "un texte")
    bench.scan()
    (bench.root / "a.md").unlink()
    assert counts(bench.scan()) == {"deleted": 1}
    assert (count_passages_by_path(bench.index), bench.ledger.list_documents()) == ({}, {})


def test_a_root_that_is_away_deletes_nothing(bench: Bench) -> None:
    bench.drop("a.md", "un texte")
    bench.scan()
    bench.root.rename(bench.root.with_name("elsewhere"))
    summary = bench.scan()
    assert [failure.reason for failure in summary.failed] == [". cannot be listed (No such file or directory)."]
    assert bench.found("texte") == {"a.md"}


def test_a_name_that_is_no_text_is_told_and_does_not_hold_deletes_up(bench: Bench) -> None:
    bench.drop("a.md", "un texte")
    bench.scan()
    (bench.root / "a.md").rename(bench.root / os.fsdecode(b"\xe9.md"))
    summary = bench.scan()
    assert counts(summary) == {"deleted": 1, "failed": 1}
    assert "rename it" in str(summary.failed[0].reason)


def test_a_file_that_cannot_be_read_is_set_aside_with_its_reason(bench: Bench) -> None:
    bench.drop("a.xyz", "un texte")
    bench.drop("b.pdf", b"%PDF-1.7\nhalf")
    for _ in range(2):
        summary = bench.scan()
        assert [failure.path for failure in summary.failed] == ["a.xyz", "b.pdf"]
        assert all(str(failure.reason).startswith(failure.path) for failure in summary.failed)
        assert counts(summary) == {"failed": 2}


def test_a_version_that_cannot_be_read_takes_the_older_one_out(bench: Bench) -> None:
    bench.drop("a.txt", "un texte")
    bench.scan()
    bench.drop("a.txt", "%PDF-1.7")
    assert counts(bench.scan()) == {"failed": 1}
    assert count_passages_by_path(bench.index) == {}


def test_a_file_that_still_changes_waits_and_is_not_forgotten(bench: Bench) -> None:
    bench.drop("a.md", "un texte")
    bench.scan()
    bench.drop("a.md", "un texte à moitié")
    assert counts(bench.scan(quiet_seconds=60)) == {"waiting": 1}
    assert bench.found("texte") == {"a.md"}
    bench.ahead = 61
    assert counts(bench.scan(quiet_seconds=60)) == {"indexed": 1}


def test_a_forced_file_is_read_again(bench: Bench) -> None:
    bench.drop("a.md", "un texte")
    bench.drop("b.md", "autre texte")
    bench.scan()
    assert counts(bench.scan(forced=lambda path: path == "a.md")) == {"indexed": 1, "unchanged": 1}


def test_stray_passages_are_dropped(bench: Bench) -> None:
    bench.drop("a.md", "un texte")
    bench.scan()
    bench.ledger.delete_documents(["a.md"])
    (bench.root / "a.md").unlink()
    assert counts(bench.scan()) == {"deleted": 1}
    assert count_passages_by_path(bench.index) == {}


def test_an_emptied_index_is_filled_again(bench: Bench) -> None:
    bench.drop("a.md", "un texte")
    bench.drop("b.md", "autre texte")
    bench.scan()
    bench.index.delete_document_passages("a.md")
    assert counts(bench.scan()) == {"indexed": 1, "unchanged": 1}
    bench.client.delete_collection(bench.index.collection)
    assert counts(bench.scan()) == {"indexed": 2}
    assert bench.found("texte") == {"a.md", "b.md"}


def test_a_document_whose_passages_and_file_are_gone_is_forgotten(bench: Bench) -> None:
    bench.drop("a.md", "un texte")
    bench.scan()
    bench.index.delete_document_passages("a.md")
    (bench.root / "a.md").unlink()
    assert counts(bench.scan()) == {"deleted": 1}
    assert bench.ledger.list_documents() == {}


def test_a_ledger_that_is_lost_is_rebuilt_by_a_scan(bench: Bench) -> None:
    bench.drop("a.md", "un texte")
    bench.scan()
    before = count_passages_by_path(bench.index)
    bench.ledger.delete_documents(["a.md"])
    assert counts(bench.scan()) == {"indexed": 1}
    assert count_passages_by_path(bench.index) == before


def test_a_file_that_may_not_be_opened_rests_and_its_older_version_answers(bench: Bench) -> None:
    path = bench.drop("a.md", "un texte")
    bench.scan()
    path.write_text("nouveau texte")
    path.chmod(0)
    with without_root_privileges():
        (failure,) = bench.scan().failed
        assert failure.reason == "a.md may not be read: give the worker's user the right to read it."
        assert bench.found("texte") == {"a.md"}
        first = bench.ledger.list_documents()["a.md"]
        bench.scan()
        assert bench.ledger.get_document("a.md") == first  # it rests
        bench.ahead = 6
        bench.scan()
    again = bench.ledger.list_documents()["a.md"]
    assert (first.attempts, again.attempts) == (1, 2)
    assert again.passages == 1  # of the older version
    path.chmod(0o644)
    assert counts(bench.scan()) == {"indexed": 1}  # at once: what was done to the file may be the remedy
    assert bench.found("nouveau") == {"a.md"}


@pytest.mark.parametrize("at", range(2, 6))
def test_a_file_that_is_locked_while_it_is_taken_in_answers_from_one_whole_version(
    bench: Bench, client: QdrantClient, at: int
) -> None:
    path = bench.drop("a.md", "# A\n\nancien texte")
    bench.scan()
    bench.drop("a.md", "# A\n\nnouveau texte")
    dying = crashing(client, at, applied=True)
    with pytest.raises(Crash):
        bench.make_worker(index=PassageWriter(dying, "t", bench.meaning), ledger=DocumentLedger(dying, "t")).run_pass()
    path.chmod(0)
    with without_root_privileges():
        assert counts(bench.scan()) == {"failed": 1}
    (document,) = bench.ledger.list_documents().values()
    assert (document.state, document.passages) == (DocumentState.FAILED, 1)
    assert count_passages_by_path(bench.index) == {"a.md": 1}


def test_a_file_whose_twin_cannot_be_read_any_more_takes_its_passages(bench: Bench) -> None:
    source = bench.drop("a.md", "# Titre\n\nun texte")
    bench.scan()
    bench.drop("b.md", "# Titre\n\nun texte")
    source.chmod(0)
    with without_root_privileges():
        assert [failure.path for failure in bench.scan().failed] == ["a.md"]
    taken = bench.ledger.list_documents()["b.md"]
    assert (taken.state, taken.passages) == (DocumentState.WORDS, 1)
