"""A change of audience is carried out at the next pass, before anything else, without reading or embedding anew."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from qdrant_client import QdrantClient

from ingestion.access.apply import AccessApplier
from ingestion.access.policy import AccessPolicy, find_audience_changes
from ingestion.access.rules import FolderRules
from ingestion.deletions import DeletionGuard, FolderMarker, MassDeletionLimit
from ingestion.embedding.backfill import EmbeddingBackfill
from ingestion.embedding.lane import EmbeddingLane
from ingestion.scan.document_file import DocumentFile
from ingestion.scan.folder_scan import FolderScan, PackedFingerprints, scan_folder
from ingestion.sync.document_operations import DocumentOperations
from ingestion.sync.ledger_cache import PackedDocuments
from knowledge.core.access import EVERYONE, Audience
from knowledge.core.documents import DocumentState
from knowledge.core.failures import BusyDocument, RequestRefused
from knowledge.retrieval.hybrid_search import PassageSearch
from knowledge.storage.passage_writer import PassageWriter
from knowledge.storage.schema import passages_collection_name
from knowledge.storage.worker_requests import DeletionHolds, FolderProblems
from tests.doubles.ollama import Ollama
from tests.ingestion.access.malformed_rules import MISRULES
from tests.ingestion.worker_setup import Bench, counts, too_deep, until
from tests.knowledge.samples import document, list_points
from tests.torture.permissions import without_root_privileges

FINANCE = Audience(frozenset({EVERYONE, "#finance"}))
GUEST = Audience(frozenset({"#finance"}))
TEXT = "# Budget\n\nLe budget de la refonte est de douze mille euros."


def seen(bench: Bench, audience: Audience) -> set[str]:
    results = PassageSearch(bench.client, "t", bench.meaning).search_passages("budget refonte", audience, 50)
    return {one.passage.path for one in results.found}


def embedded(ollama: Ollama) -> int:
    """How often the model was asked for the meaning of a passage, not of a question."""
    return sum(request.body.get("truncate") is False for request in ollama.requests)


def test_a_passage_has_the_audience_of_its_folders(bench: Bench) -> None:
    bench.drop("a.md", TEXT)
    bench.drop("#finance/b.md", TEXT + " Suite.")
    bench.drop("#finance/@alice/c.md", TEXT + " Fin.")
    bench.scan()
    assert seen(bench, Audience.everyone()) == {"a.md"}
    assert seen(bench, FINANCE) == {"a.md", "#finance/b.md"}
    assert seen(bench, GUEST) == {"#finance/b.md"}
    assert seen(bench, Audience(frozenset({"@alice"}))) == set()
    assert bench.ledger.list_documents()["#finance/@alice/c.md"].audience == {"#finance", "@alice"}


def test_a_copy_has_the_audience_of_its_own_place(bench: Bench) -> None:
    bench.drop("#finance/a.md", TEXT)
    bench.scan()
    bench.drop("#rh/a.md", TEXT)
    bench.scan()
    assert seen(bench, FINANCE) == {"#finance/a.md"}
    assert seen(bench, Audience(frozenset({"#rh"}))) == {"#rh/a.md"}


@pytest.mark.parametrize("quiet", [0, 60])
def test_a_rule_file_narrows_what_is_indexed_and_reads_nothing(bench: Bench, ollama: Ollama, quiet: float) -> None:
    bench.drop("rh/a.md", TEXT)
    bench.scan()
    assert EmbeddingBackfill(bench.index, bench.ledger, EmbeddingLane(bench.meaning)).fill_embeddings()
    read_at, asked = bench.ledger.list_documents()["rh/a.md"].read_at, embedded(ollama)
    bench.drop("rh/.souffleur.toml", 'audience = "#finance"')
    assert bench.scan(quiet).has_changes is False
    document = bench.ledger.list_documents()["rh/a.md"]
    assert (document.audience, document.read_at, document.state) == (
        frozenset({"#finance"}),
        read_at,
        DocumentState.MEANING,
    )
    assert embedded(ollama) == asked
    assert (seen(bench, Audience.everyone()), seen(bench, FINANCE)) == (set(), {"rh/a.md"})
    assert bench.index.fetch_passage_inventory().matches_audience("rh/a.md", frozenset({"#finance"}))


def test_a_rule_that_is_taken_back_opens_the_folder_again(bench: Bench) -> None:
    bench.drop("rh/a.md", TEXT)
    rule = bench.drop("rh/.souffleur.toml", 'audience = "nobody"')
    bench.scan()
    assert seen(bench, FINANCE) == set()
    rule.unlink()
    bench.scan()
    assert seen(bench, FINANCE) == {"rh/a.md"}


def test_a_rule_file_that_is_being_written_opens_nothing(bench: Bench) -> None:
    bench.drop("rh/a.md", TEXT)
    rule = bench.drop("rh/.souffleur.toml", 'audience = "#finance"')
    bench.scan()
    rule.write_text("keep_out = false")
    assert bench.scan(quiet_seconds=60).waiting
    assert seen(bench, Audience.everyone()) == set()
    bench.scan()
    assert seen(bench, Audience.everyone()) == {"rh/a.md"}


def test_a_rule_file_that_is_away_for_a_moment_opens_nothing(bench: Bench) -> None:
    """As an editor leaves it that takes the old one away before it writes the new one."""
    bench.drop("rh/a.md", TEXT)
    rule = bench.drop("rh/.souffleur.toml", 'audience = "#finance"')
    bench.drop("old/.souffleur.toml", "keep_out = true")
    bench.drop("old/b.md", TEXT + " Brouillon.")
    bench.scan()
    for one in (rule, bench.root / "old" / ".souffleur.toml"):
        one.unlink()
    bench.drop("rh/c.md", TEXT + " Suite.")
    bench.ahead = 100  # what was written has come to rest
    for ahead in (100, 110, 219):
        bench.ahead = ahead
        assert bench.scan(quiet_seconds=60).waiting
        assert seen(bench, Audience.everyone()) == set()
    assert seen(bench, FINANCE) == {"rh/a.md", "rh/c.md"}
    bench.ahead = 230
    bench.scan(quiet_seconds=60)
    assert seen(bench, Audience.everyone()) == {"rh/a.md", "rh/c.md", "old/b.md"}


def test_a_rule_file_that_cannot_be_found_again_after_the_look_closes_its_folder(bench: Bench) -> None:
    bench.drop("rh/a.md", TEXT)
    rule = bench.drop("rh/.souffleur.toml", 'audience = "#finance"')
    seen_before = scan_folder(bench.root)
    rule.unlink()
    guarding = AccessApplier(
        bench.root, DocumentOperations(bench.root, bench.index, bench.ledger, bench.reader_pool, bench.now), None
    )
    access, _ = guarding.apply_folder_rules(seen_before, PackedDocuments(), None, bench.now() + 100, 60)
    assert (access.find_audience("rh/a.md"), access.is_settling) == (frozenset({"nobody"}), True)


def test_a_broken_rule_closes_its_folder_and_the_admins_are_told(bench: Bench) -> None:
    troubles = FolderProblems(bench.client, "t")
    worker = bench.make_worker(problems=troubles)
    bench.drop("rh/a.md", TEXT)
    rule = bench.drop("rh/.souffleur.toml", "audience = finance")
    assert [failure.path for failure in worker.run_pass().failed] == ["rh"]
    assert seen(bench, FINANCE) == set()
    (trouble,) = FolderProblems(bench.client, "t").list_folder_problems()
    assert trouble.folder == "rh"
    assert "is not TOML" in str(trouble.reason)
    rule.unlink()
    worker.run_pass()
    assert FolderProblems(bench.client, "t").list_folder_problems() == ()


@pytest.mark.parametrize("kind", MISRULES)
def test_a_pass_goes_on_whatever_is_wrong_with_a_rule_file(bench: Bench, kind: str) -> None:
    make, reason = MISRULES[kind]
    bench.drop("rh/a.md", TEXT)
    bench.drop("b.md", TEXT + " Suite.")
    bench.scan()
    make(bench.root / "rh" / ".souffleur.toml")
    (bench.root / "#finance").mkdir()
    (bench.root / "b.md").rename(bench.root / "#finance" / "b.md")
    bench.drop("c.md", TEXT + " Fin.")
    for expected in ({"indexed": 1, "unchanged": 1, "moved": 1, "failed": 1}, {"unchanged": 3, "failed": 1}):
        with without_root_privileges():
            summary = bench.scan()
        (failure,) = summary.failed
        assert (failure.path, str(failure.reason).startswith(f".souffleur.toml {reason}")) == ("rh", True)
        assert counts(summary) == expected
        assert (seen(bench, Audience.everyone()), seen(bench, FINANCE)) == ({"c.md"}, {"c.md", "#finance/b.md"})


@pytest.mark.parametrize("name", [".Souffleur.toml", ".souffleur.toml.txt", "souffleur.toml", " .souffleur.toml"])
def test_a_rule_file_under_nearly_its_name_closes_its_folder_and_is_told(bench: Bench, name: str) -> None:
    bench.drop("rh/a.md", TEXT)
    bench.drop("b.md", TEXT + " Suite.")
    bench.scan()
    assert seen(bench, FINANCE) == {"rh/a.md", "b.md"}
    rule = bench.drop(f"rh/{name}", 'audience = "#rh"')
    (failure,) = bench.scan().failed
    assert (failure.path, str(failure.reason).startswith(f"{name} looks like a rule file")) == ("rh", True)
    assert seen(bench, FINANCE) == {"b.md"}
    rule.rename(rule.with_name(".souffleur.toml"))
    assert bench.scan().failed == ()
    assert seen(bench, Audience(frozenset({EVERYONE, "#rh"}))) == {"rh/a.md", "b.md"}


def test_an_editor_s_copy_beside_a_rule_file_closes_nothing(bench: Bench) -> None:
    bench.drop("rh/a.md", TEXT)
    bench.drop("rh/.souffleur.toml", 'title = "RH"')
    bench.drop("rh/.souffleur.toml~", 'title = "R"')
    assert bench.scan().failed == ()
    (bench.root / "rh" / ".souffleur.toml").unlink()
    assert [failure.path for failure in bench.scan().failed] == ["rh"]


class RefusedProblems(FolderProblems):
    """Qdrant refuses what the administrators should be told."""

    def replace_folder_problems(self, problems: object) -> None:
        raise RequestRefused("413")


class RefusingIndex(PassageWriter):
    """Qdrant refuses to change one document."""

    def apply_audiences(self, audiences: Mapping[str, frozenset[str]]) -> None:
        if "open/a.md" in audiences:
            raise RequestRefused("400")
        super().apply_audiences(audiences)


def test_what_qdrant_refuses_keeps_no_other_audience_from_being_written(bench: Bench) -> None:
    index = RefusingIndex(bench.client, "t", bench.meaning)
    problems = RefusedProblems(bench.client, "t")
    worker = bench.make_worker(problems=problems, index=index)
    for name in "abc":
        bench.drop(f"open/{name}.md", TEXT + name)
    worker.run_pass()
    assert len(seen(bench, Audience.everyone())) == 3
    bench.drop("open/.souffleur.toml", 'audience = "#finance"')
    bench.drop("wrong/.souffleur.toml", "?")
    worker.run_pass()
    assert seen(bench, Audience.everyone()) == set()
    assert {"open/b.md", "open/c.md"} <= seen(bench, FINANCE)
    worker.run_pass()
    assert seen(bench, FINANCE) == {"open/a.md", "open/b.md", "open/c.md"}


def test_a_rule_that_is_written_without_end_holds_up_its_own_folder_alone(bench: Bench) -> None:
    bench.drop("mine/.souffleur.toml", 'title = "M"')
    bench.drop("rh/a.md", TEXT)
    rule = bench.drop("rh/.souffleur.toml", 'audience = "nobody"')
    os.utime(rule, (0, 0))
    bench.ahead = 100
    bench.scan(quiet_seconds=10)
    rule.write_text('audience = "everyone"')
    (bench.root / "mine" / ".souffleur.toml").touch()
    bench.ahead = 0
    bench.scan(quiet_seconds=10)
    assert seen(bench, Audience.everyone()) == set()  # its own rule is being written
    until(lambda: time.time() - rule.stat().st_ctime > 0.5)
    (bench.root / "mine" / ".souffleur.toml").touch()
    bench.scan(quiet_seconds=0.5)
    assert seen(bench, Audience.everyone()) == {"rh/a.md"}


def test_what_is_kept_out_is_forgotten(bench: Bench) -> None:
    bench.drop("rh/a.md", TEXT)
    bench.drop("rh/b.txt", TEXT + " Brouillon.")
    bench.scan()
    bench.drop("rh/.souffleur.toml", 'keep_out = ["*.txt"]')
    assert counts(bench.scan()) == {"unchanged": 1, "deleted": 1}
    assert seen(bench, FINANCE) == {"rh/a.md"}
    assert counts(bench.scan()) == {"unchanged": 1}


def test_a_moved_folder_has_its_new_audience_at_once_and_is_not_embedded_again(bench: Bench, ollama: Ollama) -> None:
    bench.drop("open/a.md", TEXT)
    bench.scan()
    assert EmbeddingBackfill(bench.index, bench.ledger, EmbeddingLane(bench.meaning)).fill_embeddings()
    asked = embedded(ollama)
    (bench.root / "#finance").mkdir()
    shutil.move(bench.root / "open", bench.root / "#finance" / "open")
    assert counts(bench.scan()) == {"moved": 1}
    assert seen(bench, Audience.everyone()) == set()
    assert seen(bench, FINANCE) == {"#finance/open/a.md"}
    assert EmbeddingBackfill(bench.index, bench.ledger, EmbeddingLane(bench.meaning)).fill_embeddings()
    assert embedded(ollama) == asked


def test_a_file_renamed_a_moment_ago_is_narrowed_at_once_and_moved_by_the_next_pass(
    bench: Bench, ollama: Ollama
) -> None:
    bench.drop("a.md", TEXT)
    bench.scan()
    assert EmbeddingBackfill(bench.index, bench.ledger, EmbeddingLane(bench.meaning)).fill_embeddings()
    asked = embedded(ollama)
    (bench.root / "#finance").mkdir()
    (bench.root / "a.md").rename(bench.root / "#finance" / "a.md")
    assert counts(bench.scan(quiet_seconds=60)) == {"waiting": 1}
    assert (seen(bench, Audience.everyone()), seen(bench, GUEST)) == (set(), {"a.md"})
    assert counts(bench.scan()) == {"moved": 1}
    assert seen(bench, GUEST) == {"#finance/a.md"}
    assert EmbeddingBackfill(bench.index, bench.ledger, EmbeddingLane(bench.meaning)).fill_embeddings()
    assert embedded(ollama) == asked


def test_a_move_is_followed_though_a_part_of_the_folder_cannot_be_seen(bench: Bench) -> None:
    bench.drop("a.md", TEXT)
    bench.drop("b.md", TEXT + " Suite.")
    bench.scan()
    too_deep(bench.root)
    (bench.root / "#finance").mkdir()
    (bench.root / "a.md").rename(bench.root / "#finance" / "a.md")
    (bench.root / "#finance" / "b.md").write_bytes((bench.root / "b.md").read_bytes())  # as to another disk
    (bench.root / "b.md").unlink()
    for _ in range(2):
        bench.scan()
        assert seen(bench, Audience.everyone()) == set()
    assert seen(bench, FINANCE) >= {"#finance/a.md", "#finance/b.md"}


def test_what_moves_into_a_folder_that_is_kept_out_is_nobody_s_though_its_deletion_waits(bench: Bench) -> None:
    bench.drop("a.md", TEXT)
    bench.drop("old/.souffleur.toml", "keep_out = true")
    deletions = DeletionGuard(
        MassDeletionLimit(0, 0), FolderMarker(bench.root, bench.client, "t"), DeletionHolds(bench.client, "t")
    )
    worker = bench.make_worker(deletions=deletions)
    worker.run_pass()
    assert seen(bench, Audience.everyone()) == {"a.md"}
    (bench.root / "a.md").rename(bench.root / "old" / "a.md")
    assert worker.run_pass().held == 1
    assert seen(bench, Audience.everyone()) == set()
    (bench.root / "old" / "a.md").rename(bench.root / "a.md")
    worker.run_pass()
    assert seen(bench, Audience.everyone()) == {"a.md"}


class Killed(Exception):
    """The worker died."""


class Dying(PassageWriter):
    """An index whose worker dies as soon as it forgets something."""

    def delete_document_passages(self, path: str) -> None:
        raise Killed(path)


def test_a_move_killed_half_way_has_opened_nothing(bench: Bench) -> None:
    bench.drop("a.md", TEXT)
    bench.scan()
    (bench.root / "#finance").mkdir()
    (bench.root / "a.md").rename(bench.root / "#finance" / "a.md")
    dying = Dying(bench.client, "t", bench.meaning)
    with pytest.raises(Killed):
        bench.make_worker(index=dying).run_pass()
    assert seen(bench, Audience.everyone()) == set()
    bench.scan()
    assert seen(bench, FINANCE) == {"#finance/a.md"}


def test_passages_for_others_than_the_ledger_says_are_set_right(bench: Bench) -> None:
    """As a write that came late would leave them."""
    bench.drop("#finance/a.md", TEXT)
    bench.scan()
    bench.index.apply_audiences({"#finance/a.md": frozenset({EVERYONE})})
    assert seen(bench, Audience.everyone()) == {"#finance/a.md"}
    assert counts(bench.scan()) == {"unchanged": 1}
    assert seen(bench, Audience.everyone()) == set()


def test_an_index_from_before_there_were_audiences_is_guarded_at_the_first_pass(bench: Bench) -> None:
    bench.drop("#finance/a.md", TEXT)
    bench.scan()
    document = bench.ledger.list_documents()["#finance/a.md"]
    _as_before(bench.client, document.generation, document.version, document.path)
    assert seen(bench, Audience.everyone()) == {"#finance/a.md"}
    assert counts(bench.scan()) == {"unchanged": 1}
    assert seen(bench, Audience.everyone()) == set()
    assert bench.ledger.list_documents()["#finance/a.md"].read_at == document.read_at


def _as_before(client: QdrantClient, generation: int, version: str, path: str) -> None:
    ids: Sequence[int | str] = [str(point.id) for point in list_points(client, passages_collection_name("t"))]
    edition = f"{generation}/{version}/live/{path}"
    client.set_payload(
        passages_collection_name("t"), {"audience": [EVERYONE], "edition": edition}, [*ids], key="metadata"
    )


def test_what_is_gone_and_held_is_never_opened(bench: Bench) -> None:
    """The rule file went with its folder: what answers until somebody confirms stays as narrow as it was."""
    bench.drop("rh/a.md", TEXT)
    bench.drop("rh/.souffleur.toml", 'audience = "#finance"')
    bench.drop("b.md", TEXT + " Suite.")
    deletions = DeletionGuard(
        MassDeletionLimit(0, 0), FolderMarker(bench.root, bench.client, "t"), DeletionHolds(bench.client, "t")
    )
    worker = bench.make_worker(deletions=deletions)
    worker.run_pass()
    shutil.rmtree(bench.root / "rh")
    assert worker.run_pass().held == 1
    assert seen(bench, Audience.everyone()) == {"b.md"}
    assert seen(bench, FINANCE) == {"rh/a.md", "b.md"}


def test_audiences_for_fewer_people_are_written_first() -> None:
    """A crash in between must leave nothing open that was to be closed."""
    few, all_ = frozenset({"#finance"}), frozenset({EVERYONE})
    ledger = {path: replace(document(path), audience=few if path == "a.md" else all_) for path in ("a.md", "b.md")}
    policy = AccessPolicy(FolderRules(), {"b.md": few})
    assert list(find_audience_changes(policy, FolderScan(PackedFingerprints()), ledger, None)) == ["b.md", "a.md"]


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
