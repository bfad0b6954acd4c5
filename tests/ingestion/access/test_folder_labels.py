"""A folder's rule file gives its documents a title and a language; those of whom it changes are read again."""

from __future__ import annotations

import pytest

from ingestion.deletions import DeletionGuard, FolderMarker, MassDeletionLimit
from knowledge.core.access import Audience
from knowledge.core.documents import DocumentState, FolderLabel
from knowledge.core.passages import Passage
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.storage.worker_requests import DeletionHolds
from tests.ingestion.worker_setup import Bench, counts

TEXT = "# Entretien\n\nLa courroie se change tous les deux ans."
ORION = 'title = "Projet Orion"\nlanguage = "fr"'


def passage(bench: Bench, question: str = "courroie") -> Passage:
    found = PassageSearch(bench.client, "t", bench.meaning).search_passages(question, Audience.everyone(), 5).found
    return found[0].passage


def title(bench: Bench, path: str) -> str:
    return bench.ledger.list_documents()[path].title


def test_a_folder_s_title_stands_before_those_of_its_documents_and_is_found_by(bench: Bench) -> None:
    bench.drop("orion/.souffleur.toml", ORION)
    bench.drop("orion/a.md", TEXT)
    bench.drop("vega/b.md", TEXT.replace("deux", "trois"))
    bench.scan()
    assert (title(bench, "orion/a.md"), title(bench, "vega/b.md")) == ("Projet Orion › Entretien", "Entretien")
    first = passage(bench, "courroie du projet Orion")
    assert (first.path, first.title, first.language) == ("orion/a.md", "Projet Orion › Entretien", "fr")
    assert first.indexed_text.startswith("Projet Orion › Entretien\n")  # its own title is not said twice there


def test_a_document_without_a_title_of_its_own_bears_its_file_s_name_under_the_folder_s(bench: Bench) -> None:
    bench.drop("orion/.souffleur.toml", ORION)
    bench.drop("orion/scan 12.txt", "La courroie se change tous les deux ans.")
    bench.scan()
    assert title(bench, "orion/scan 12.txt") == "Projet Orion › scan 12"


def test_only_the_documents_of_a_changed_title_are_read_again(bench: Bench) -> None:
    rule = bench.drop("orion/.souffleur.toml", ORION)
    bench.drop("orion/a.md", TEXT)
    bench.drop("b.md", "Une courroie de rechange est au magasin.")
    bench.scan()
    assert counts(bench.scan()) == {"unchanged": 2}
    rule.write_text('title = "Lampe Orion"')
    assert counts(bench.scan()) == {"indexed": 1, "unchanged": 1}
    assert (title(bench, "orion/a.md"), passage(bench, "Lampe").language) == ("Lampe Orion › Entretien", None)
    rule.unlink()
    bench.scan()
    assert title(bench, "orion/a.md") == "Entretien"
    assert counts(bench.scan()) == {"unchanged": 2}


def test_while_a_rule_is_being_written_titles_stay(bench: Bench) -> None:
    rule = bench.drop("orion/.souffleur.toml", ORION)
    bench.drop("orion/a.md", TEXT)
    bench.scan()
    rule.write_text('title = "Lam"')
    assert bench.scan(quiet_seconds=60).indexed == 0
    assert title(bench, "orion/a.md") == "Projet Orion › Entretien"


def test_a_move_under_another_title_is_a_move_and_asks_no_admin(bench: Bench) -> None:
    """Otherwise twenty documents moved at once would seem deleted."""
    holds = DeletionHolds(bench.client, "t")
    deletions = DeletionGuard(MassDeletionLimit(1, 1), FolderMarker(bench.root, bench.client, "t"), holds)
    worker = bench.make_worker(deletions=deletions)
    bench.drop("orion/.souffleur.toml", ORION)
    files = [bench.drop(f"vrac/{n}.md", f"{TEXT} Lot {n}.") for n in range(4)]
    worker.run_pass()
    for file in files:
        file.rename(bench.root / "orion" / file.name)
    worker.run_pass()
    assert holds.get_deletion_hold() is None
    assert {one.path: one.title for one in bench.ledger.list_documents().values()} == {
        f"orion/{n}.md": "Projet Orion › Entretien" for n in range(4)
    }
    assert passage(bench).language == "fr"


def test_a_copy_under_another_title_bears_that_one(bench: Bench) -> None:
    bench.drop("orion/.souffleur.toml", ORION)
    bench.drop("orion/a.md", TEXT)
    bench.scan()
    bench.drop("vega/a.md", TEXT)
    bench.scan()
    assert (title(bench, "orion/a.md"), title(bench, "vega/a.md")) == ("Projet Orion › Entretien", "Entretien")


def test_a_pass_that_ended_between_a_move_and_its_reading_is_made_good(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.drop("a.md", TEXT)
    bench.scan()
    known = bench.ledger.list_documents()["a.md"]
    bench.drop("orion/.souffleur.toml", ORION)
    (bench.root / "a.md").rename(bench.root / "orion/a.md")
    with monkeypatch.context() as patched:
        patched.setattr(bench.reader_pool, "submit_document", _killed)
        with pytest.raises(KeyboardInterrupt):
            bench.scan()
    assert bench.ledger.list_documents()["orion/a.md"].state is DocumentState.READING
    bench.scan()
    after = bench.ledger.list_documents()["orion/a.md"]
    assert (after.title, after.label) == ("Projet Orion › Entretien", FolderLabel("Projet Orion", "fr"))
    assert after.sha256 == known.sha256


def _killed(*_: object) -> None:
    """Where a kill would strike."""
    raise KeyboardInterrupt
