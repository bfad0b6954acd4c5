"""What is attached to a mail, and each file of an archive, is a document of its own."""

from __future__ import annotations

import zipfile
from contextlib import closing
from dataclasses import replace
from email.message import EmailMessage
from typing import TYPE_CHECKING

import pytest

from ingestion.reader_processes.sandbox_pool import ReadLimits, SandboxPool
from ingestion.readers.containers import archives, contained_files
from ingestion.readers.format_detection import read_document_file
from ingestion.readers.reading_options import READ_OPTIONS
from ingestion.settings import IngestionSettings
from ingestion.status_report import describe_documents, document_to_json
from ingestion.sync.progress import RequestProgress, WorkerHeartbeat
from ingestion.sync.retries import ReadingMeans
from knowledge.core.failure_codes import FailureCode
from knowledge.core.failures import UnreadableDocument
from knowledge.runtime.heartbeat import Heartbeat
from knowledge.storage.worker_requests import WorkerRequests
from tests.ingestion.readers import samples, small_files
from tests.ingestion.worker_setup import counts, document_file

if TYPE_CHECKING:
    from pathlib import Path

    from tests.ingestion.worker_setup import Bench

LIMITS = ReadLimits.from_settings(IngestionSettings())


def _mail(path: Path, attached: dict[str, bytes]) -> Path:
    mail = EmailMessage()
    mail["Subject"] = "The contract"
    mail.set_content("See what is attached.\n")
    for name, content in attached.items():
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    path.write_bytes(bytes(mail))
    return path


def test_an_attachment_has_its_own_name_and_page_numbers_and_a_broken_one_costs_only_itself(bench: Bench) -> None:
    contract = samples.long_pdf(bench.root.parent / "contract.pdf", chapters=2).read_bytes()
    _mail(bench.root / "mail.eml", {"contract.pdf": contract, "broken.docx": b"no words", "a.exe": b"MZ"})
    summary = bench.worker.run_pass()
    assert [(one.path, "broken.docx is not" in str(one.reason)) for one in summary.failed] == [
        ("mail.eml › broken.docx", True)
    ]
    document = bench.ledger.list_documents()["mail.eml"]
    (told, broken) = document.members
    assert (told.name, told.failure, broken.name, broken.passages) == ("contract.pdf", None, "broken.docx", 0)
    passages = bench.index.get_document_passages(document)
    inside = [one for one in passages if one.excerpt.member]
    assert {one.title for one in passages} == {"The contract", "The contract › contract.pdf"}
    assert (len(inside), told.passages) == (told.passages, len(inside))
    assert max(one.excerpt.last_page or 0 for one in inside) == told.pages
    assert all(one.excerpt.page is None for one in passages if one not in inside)
    lines = list(describe_documents([document]))
    assert lines[1].strip().startswith(f"mail.eml › contract.pdf: {told.pages} pages, ")
    assert lines[2].strip().startswith("mail.eml › broken.docx: broken.docx is not a Word document")
    listed = document_to_json(document)["members"]
    assert isinstance(listed, list)
    assert [one["name"] for one in listed] == ["contract.pdf", "broken.docx"]


def test_a_copy_of_a_mail_elsewhere_keeps_the_names_of_what_is_attached(bench: Bench) -> None:
    _mail(bench.root / "a.eml", {"rules.txt": b"The vault opens at nine."})
    bench.worker.run_pass()
    bench.drop("copy/b.eml", (bench.root / "a.eml").read_bytes())
    assert counts(bench.worker.run_pass()) == {"indexed": 1, "unchanged": 1}
    copied = bench.ledger.list_documents()["copy/b.eml"]
    assert [one.name for one in copied.members] == ["rules.txt"]
    assert bench.index.get_document_passages(copied)[-1].title == "The contract › rules.txt"


def test_a_file_in_a_mail_in_an_archive_bears_its_whole_path(tmp_path: Path) -> None:
    mail = _mail(tmp_path / "a.eml", {"rules.txt": b"The vault opens at nine."}).read_bytes()
    reading = read_document_file(small_files.archive(tmp_path / "b.zip", {"letters/a.eml": mail}))
    assert [one.name for one in reading.members] == ["letters/a.eml", "letters/a.eml › rules.txt"]


def test_a_misnamed_file_inside_is_read_for_nobody_can_rename_it_there(tmp_path: Path) -> None:
    page = samples.pdf(tmp_path / "a.pdf").read_bytes()
    (member,) = read_document_file(_mail(tmp_path / "a.eml", {"scan.docx": page})).members
    assert (member.name, member.failure) == ("scan.docx", None)
    assert member.document is not None
    assert member.document.pages


def test_what_there_is_no_room_for_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contained_files, "_MAX_FILES", 2)
    files = {f"{n}.txt": b"Words." for n in range(5)}
    *read, left = read_document_file(small_files.archive(tmp_path / "a.zip", files)).members
    assert [one.name for one in read] == ["0.txt", "1.txt"]
    assert str(left.failure).startswith(
        "a.zip holds more than is read (at most 2 files and 200 MB). Files left out: 3."
    )


def test_a_file_that_takes_too_much_memory_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: Path) -> object:
        raise MemoryError

    path = _mail(tmp_path / "a.eml", {"a.csv": b"city,limit\nLyon,12\n", "b.txt": b"Words."})
    monkeypatch.setattr("ingestion.readers.text.text_files.read_csv", fail)
    monkeypatch.setattr(READ_OPTIONS, "memory_mb", 1024)
    large, small = read_document_file(path).members
    assert str(large.failure).startswith("a.csv needs more than 1024 MB")
    assert small.document is not None
    # Read again once the setting is raised, and not in every pass where the system limits no memory, or more.
    assert [ReadingMeans(300, mb, 200).can_remedy(large.failure) for mb in (1024, 2048)] == [False, True]


def test_a_confined_reader_names_the_memory_setting_for_a_file_inside(tmp_path: Path) -> None:
    files = {"wide.html": b"<!DOCTYPE html>" + b"<p>a" * 9_000_000, "b.txt": b"Words."}
    path = small_files.archive(tmp_path / "a.zip", files)
    with closing(SandboxPool()) as pool:
        content = pool.read_in_sandbox(document_file(path), replace(LIMITS, memory_mb=512))
    wide, small = content.members
    assert str(wide.failure).startswith("wide.html needs more than 512 MB")
    assert (small.name, small.failure) == ("b.txt", None)


def _spoil_parts(path: Path, packing: int, names: list[str]) -> Path:
    """A ZIP archive in which the content of these parts is overwritten; one more part is well."""
    with zipfile.ZipFile(path, "w", packing) as packed:
        for name in names:
            packed.writestr(name, b"The vault opens at nine. " * 9)
        packed.writestr("well.txt", b"The vault closes at six.", zipfile.ZIP_STORED)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as packed:
        for part in packed.infolist()[:-1]:
            start = part.header_offset + 30 + len(part.filename.encode())
            content[start + 9 : start + part.compress_size] = b"\xff" * (part.compress_size - 9)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("packing", [zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_damaged_part_costs_only_itself_however_it_is_packed(tmp_path: Path, packing: int) -> None:
    damaged, well = read_document_file(_spoil_parts(tmp_path / "a.zip", packing, ["a.txt"])).members
    assert str(damaged.failure).startswith("a.txt is damaged (")
    assert (well.name, well.failure) == ("well.txt", None)


def test_damaged_parts_are_counted_as_others_and_their_names_made_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contained_files, "_MAX_FILES", 2)
    bad = f"plan\u202e\n of {'x' * 288}.txt"
    path = _spoil_parts(tmp_path / "a.zip", zipfile.ZIP_DEFLATED, [bad, "b.txt", "c.txt"])
    *damaged, left = archives.read_zip(path).members
    assert [one.name for one in damaged] == [f"plan of {'x' * 288}.txt", "b.txt"]
    assert left.failure is not None
    assert (left.failure.code, left.failure.params["left"]) == (FailureCode.TOO_MANY_MEMBERS, 2)


def test_an_archive_of_which_nothing_is_read_says_why(tmp_path: Path) -> None:
    path = _mail(tmp_path / "only.eml", {"broken.docx": b"no words"})
    assert read_document_file(path).elements
    archive = small_files.archive(tmp_path / "a.zip", {"rules/vault.txt": b"", "b.docx": b"no words"})
    expected = r"^a\.zip holds files \(2\), none of which can be read\. The first: vault\.txt is empty"
    with pytest.raises(UnreadableDocument, match=expected):
        read_document_file(archive)


def test_a_request_s_failures_hold_no_name_inside_a_document(bench: Bench, tmp_path: Path) -> None:
    bench.drop("a.zip", small_files.archive(tmp_path / "a.zip", {"layoffs.txt": b""}).read_bytes())
    requests = WorkerRequests(bench.client, "t")
    asked = requests.create_worker_request("all", "U1")
    pulse = WorkerHeartbeat(Heartbeat("ingestion", tmp_path / "beats"), max_step_seconds=60)
    progress = RequestProgress(requests, asked, bench.worker.ledger_cache, pulse, bench.now())
    bench.worker.run_pass(progress)
    progress.finish_request(1, frozenset({"a.zip"}))
    told = requests.get_worker_request(asked.id)
    assert told is not None
    assert [str(one.reason) for one in told.failed] == ["a.zip holds files (1), none of which can be read."]


@pytest.mark.office
@pytest.mark.parametrize("holder", ["a.eml", "a.zip"])
def test_an_old_office_file_inside_is_read_in_a_confined_process(tmp_path: Path, holder: str) -> None:
    old = samples.MAKERS[".doc"](tmp_path / "policy.doc").read_bytes()
    files = {"policy.doc": old}
    path = _mail(tmp_path / holder, files) if holder == "a.eml" else small_files.archive(tmp_path / holder, files)
    with closing(SandboxPool()) as pool:
        content = pool.read_in_sandbox(document_file(path), LIMITS)
    assert any("125 euros" in one.text for one in content.excerpts if one.member == "policy.doc")
