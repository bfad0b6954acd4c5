"""A tape archive unpacks to no more than it may, whatever its headers say, and its odd members do no harm."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

import pytest

from ingestion.readers.containers import archives
from ingestion.readers.format_detection import read_document_file
from knowledge.core.failures import UnreadableDocument

if TYPE_CHECKING:
    from pathlib import Path

_WELL = b"The vault opens at nine."
_SPARSE = {"GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "a.txt"}


def _member(
    name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, pax: dict[str, str] | None = None
) -> tuple[tarfile.TarInfo, bytes]:
    member = tarfile.TarInfo(name)
    member.size, member.type, member.pax_headers = len(content), kind, pax or {}
    return member, content


def _archive(path: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(path, "w:gz" if path.suffix == ".tgz" else "w", format=tarfile.PAX_FORMAT) as archive:
        for member, content in members:
            archive.addfile(member, io.BytesIO(content))
    return path


@pytest.mark.parametrize(
    ("bomb", "sentence"),
    [
        (_member("a.txt", bytes(3 << 20)), "a.tgz unpacks to 3 MB, more than 1"),
        (_member("a.bin", bytes(3 << 20)), "a.tgz unpacks to 3 MB, more than 1"),
        (_member("a.txt", pax={"size": str(8 << 30)}), "a.tgz unpacks to 8,192 MB, more than 1"),
        (_member("a.txt", bytes(3 << 20), tarfile.GNUTYPE_LONGNAME), r"a.tgz is damaged \(ReadError"),
        (_member("a.txt", bytes(3 << 20), tarfile.XHDTYPE), r"a.tgz is damaged \(ReadError"),
        (_member("a.txt", b"9999999\n" + b"0\n" * (3 << 19), pax=_SPARSE), "a.tgz unpacks to 2 MB, more than 1"),
    ],
    ids=["a document", "another file", "a size told beside", "a long name", "a long header", "a map of gaps"],
)
def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bomb: tuple[tarfile.TarInfo, bytes], sentence: str
) -> None:
    monkeypatch.setattr(archives, "_MAX_MB", 1)
    monkeypatch.setattr(archives, "_SLACK_BYTES", 1 << 20)
    monkeypatch.setattr(archives, "_MAX_EXTENSION_BYTES", 1 << 16)
    read: list[int] = []
    take = archives._LimitedStream.read

    def note(stream: archives._LimitedStream, size: int) -> bytes:
        read.append(size)
        return take(stream, size)

    monkeypatch.setattr(archives._LimitedStream, "read", note)
    with pytest.raises(UnreadableDocument, match=f"^{sentence}"):
        read_document_file(_archive(tmp_path / "a.tgz", bomb, _member("b.txt", _WELL)))
    assert sum(read) <= (2 << 20) + tarfile.RECORDSIZE


def test_an_archive_of_more_members_than_are_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MAX_MEMBERS", 2)
    members = [_member(f"{n}.txt", _WELL) for n in range(3)]
    assert read_document_file(_archive(tmp_path / "two.tar", *members[:2])).members
    with pytest.raises(UnreadableDocument, match=r"^three\.tar holds 3 "):
        read_document_file(_archive(tmp_path / "three.tar", *members))


@pytest.mark.parametrize(("kind", "most"), [(tarfile.XGLTYPE, 8 << 10), (tarfile.XHDTYPE, 64 << 10)])
def test_headers_of_members_are_limited_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: bytes, most: int
) -> None:
    monkeypatch.setattr(archives, "_MAX_EXTENSION_BYTES", 64 << 10)
    parts = [part for name in "ab" for part in (_member("x", _comment(most // 2), kind), _member(f"{name}.txt", _WELL))]
    path = _archive(tmp_path / "a.tgz", *parts)
    assert [member.name for member in read_document_file(path).members] == ["a.txt", "b.txt"]
    with pytest.raises(UnreadableDocument, match=r"a.tgz is damaged \(ReadError"):
        read_document_file(_archive(path, *parts, _member("x", _comment(64), kind), _member("c.txt", _WELL)))


def _comment(size: int) -> bytes:
    """A record of a header that takes so many bytes."""
    start = f"{size} comment=".encode()
    return start.ljust(size - 1, b"c") + b"\n"


@pytest.mark.parametrize("suffix", [".tar", ".tgz"])
def test_links_devices_and_gaps_are_passed_over_and_a_path_leads_nowhere(tmp_path: Path, suffix: str) -> None:
    (tmp_path / "secret.txt").write_text("Nobody reads this.")
    odd = [_member(f"{kind.decode()}.txt", b"", kind) for kind in (b"1", b"2", b"3", b"4", b"6")]
    for member, _ in odd:
        member.linkname = str(tmp_path / "secret.txt")
    gap = _SPARSE | {"GNU.sparse.realsize": str(8 << 30)}
    gaps = _member("a.txt", b"1\n0\n5\n".ljust(512, b"\0") + b"Words", pax=gap)
    path = _archive(tmp_path / f"a{suffix}", *odd, gaps, _member("../../evil.txt", _WELL))
    before = sorted(tmp_path.rglob("*"))
    well, left = read_document_file(path).members
    assert well.name == "../../evil.txt"
    assert well.document is not None
    assert [element.text for element in well.document.elements] == [_WELL.decode()]
    assert "Files left out: 1." in str(left.failure)
    assert sorted(tmp_path.rglob("*")) == before
