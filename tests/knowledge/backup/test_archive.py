from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest

from knowledge.backup.archive import FORMAT, Archive, ArchiveRefused, write_archive

PARTS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "questions": [
        ("id-1", {"text": "Wie viele Tage?", "n": 1}),
        ("id-2", {"text": "línea\nnueva", "deep": [{"a": None}]}),
    ],
    "votes": [],
}


def make_archive() -> bytes:
    file = io.BytesIO()
    write_archive(file, PARTS)
    return file.getvalue()


def read_archive(content: bytes) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    archive = Archive(io.BytesIO(content))
    return {name: list(archive.read_part(name)) for name in PARTS}


def rewrite_member(content: bytes, name: str, changed: bytes) -> bytes:
    """The archive as somebody would write it who has changed a part and nothing else."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.namelist():
            new.writestr(member, changed if member == name else old.read(member))
    return target.getvalue()


def test_what_was_written_is_read() -> None:
    assert read_archive(make_archive()) == PARTS
    assert list(Archive(io.BytesIO(make_archive())).read_part("unknown")) == []


def test_a_changed_part_is_refused() -> None:
    content = rewrite_member(make_archive(), "records/questions.jsonl", b'["id-1", {"text": "forged"}]\n')
    with pytest.raises(ArchiveRefused, match="was changed: questions is not what its manifest says"):
        Archive(io.BytesIO(content))


def test_a_part_that_the_manifest_does_not_name_is_refused() -> None:
    target = io.BytesIO(make_archive())
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr("records/audit.jsonl", b"")
    with pytest.raises(ArchiveRefused, match="holds other parts"):
        Archive(target)


def test_an_archive_of_a_newer_format_is_refused_with_its_version() -> None:
    manifest = {"format": FORMAT + 1, "version": "9.0", "made_at": 0, "records": {}, "sha256": {}}
    content = rewrite_member(make_archive(), "manifest.json", json.dumps(manifest).encode())
    with pytest.raises(ArchiveRefused, match=r"newer format \(2, made by Souffleur 9\.0\)"):
        Archive(io.BytesIO(content))


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04" + bytes(100)], ids=["empty", "text", "zeros"])
def test_another_file_is_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(ArchiveRefused, match="no backup of Souffleur"):
        Archive(io.BytesIO(content))


def test_a_cut_file_is_refused() -> None:
    content = make_archive()
    for length in range(0, len(content), 7):
        with pytest.raises(ArchiveRefused):
            Archive(io.BytesIO(content[:length]))


def test_a_flipped_bit_is_refused_or_changes_no_record() -> None:
    content = make_archive()
    refused = 0
    for bit in range(8 * len(content)):
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        try:
            assert read_archive(bytes(flipped)) == PARTS
        except ArchiveRefused:
            refused += 1
    assert refused > 4 * len(content)
