"""The file of a backup: a ZIP with one file of JSON lines for each collection, and a manifest with their SHA-256.

Knows no Qdrant. An archive that is damaged, was changed, or is of a newer format is refused before anything is read.
"""

from __future__ import annotations

import hashlib
import json
import time
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from knowledge import VERSION
from knowledge.core.failures import SouffleurError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FORMAT = 1
_MANIFEST = "manifest.json"
_MOST_MANIFEST_BYTES = 1_000_000
_CHUNK_BYTES = 1 << 20
# A flipped bit may also say that a part is encrypted (RuntimeError) or packed in another way.
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, KeyError, TypeError, RuntimeError, OSError)

Item = tuple[str, dict[str, Any]]


class ArchiveRefused(SouffleurError):
    """An archive that cannot be trusted, or that this version cannot read. Nothing was restored."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself: the `made_at` of its backup in seconds since the epoch, and its parts."""

    version: str
    made_at: float
    records: Mapping[str, int]
    hashes: Mapping[str, str]


def write_archive(file: IO[bytes], parts: Mapping[str, Iterable[Item]]) -> Manifest:
    """Write an archive: each part is read once, to its end, one after the other."""
    records: dict[str, int] = {}
    hashes: dict[str, str] = {}
    made_at = time.time()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, items in parts.items():
            digest, count = hashlib.sha256(), 0
            with archive.open(_member_name(name), "w", force_zip64=True) as member:
                for item in items:
                    line = json.dumps(item, ensure_ascii=False).encode() + b"\n"
                    digest.update(line)
                    member.write(line)
                    count += 1
            records[name], hashes[name] = count, digest.hexdigest()
        manifest = {"format": FORMAT, "version": VERSION, "made_at": made_at, "records": records, "sha256": hashes}
        archive.writestr(_MANIFEST, json.dumps(manifest, indent=1))
    return Manifest(VERSION, made_at, records, hashes)


class Archive:
    """An archive whose every part was compared with its hash."""

    def __init__(self, file: IO[bytes]) -> None:
        """Checks the whole file.

        Raises:
            ArchiveRefused: it is no archive of ours, is damaged or changed, or is of a newer format.
        """
        try:
            self._archive = zipfile.ZipFile(file)
            self.manifest = _read_manifest(self._archive)
            for name, expected in self.manifest.hashes.items():
                self._check_part(name, expected)
        except ArchiveRefused:
            raise
        except _DAMAGE as error:
            raise ArchiveRefused(
                f"The backup is damaged, or is no backup of Souffleur ({type(error).__name__}): take another one. "
                "Nothing was restored."
            ) from None

    def read_part(self, name: str) -> Iterator[Item]:
        """Yield the ids and records of a part; none if the archive lacks it."""
        if name not in self.manifest.hashes:
            return
        with self._archive.open(_member_name(name)) as member:
            for line in member:
                record_id, record = json.loads(line)
                yield record_id, record

    def _check_part(self, name: str, expected: str) -> None:
        digest, lines = hashlib.sha256(), 0
        with self._archive.open(_member_name(name)) as member:
            while chunk := member.read(_CHUNK_BYTES):
                digest.update(chunk)
                lines += chunk.count(b"\n")
        if digest.hexdigest() != expected or lines != self.manifest.records[name]:
            raise ArchiveRefused(
                f"The backup was changed: {name} is not what its manifest says. Take another one. Nothing was restored."
            )


def _read_manifest(archive: zipfile.ZipFile) -> Manifest:
    with archive.open(_MANIFEST) as member:
        content = json.loads(member.read(_MOST_MANIFEST_BYTES))
    if content["format"] > FORMAT:
        raise ArchiveRefused(
            f"The backup is of a newer format ({content['format']}, made by Souffleur {content['version']}): "
            f"restore it with that version. This one is {VERSION}. Nothing was restored."
        )
    manifest = Manifest(content["version"], content["made_at"], content["records"], content["sha256"])
    expected = {_MANIFEST, *map(_member_name, manifest.hashes)}
    if set(archive.namelist()) != expected or len(archive.namelist()) != len(expected):
        raise ArchiveRefused("The backup was changed: it holds other parts than its manifest says. Take another one.")
    return manifest


def _member_name(part: str) -> str:
    return f"records/{part}.jsonl"
