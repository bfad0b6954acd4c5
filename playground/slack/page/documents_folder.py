"""The documents folder of the page and its routes: list, upload, delete and open files, and nothing outside it."""

import asyncio
import os
import re
import secrets
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from aiohttp import BodyPartReader, web

from playground.slack.rules.errors import UserActionError
from playground.slack.state.settings import LedgerLine, LedgerReader, LedgerReading
from playground.slack.web_api.json_values import JsonObject

_MOST_BYTES_OF_A_NAME = 200
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')


@dataclass(frozen=True, slots=True)
class FolderFile:
    """A file on disk; `path` is relative with slashes, `modified` is in seconds."""

    path: str
    size: int
    modified: float


class DocumentsFolder:
    """A folder of documents, and the ledger with the state of each."""

    def __init__(self, root: Path, ledger: LedgerReader, upload_limit: int) -> None:
        self.root = root.resolve()
        self.ledger = ledger
        self.upload_limit = upload_limit

    async def list_files(self) -> JsonObject:
        """Return the folder as JSON for the page; "removed" are files that only the index still knows."""
        files, reading = await self._look()
        lines = {line.path: line for line in reading.lines}
        rows = [_make_row(file, lines.pop(file.path, None)) for file in files]
        return {
            "name": self.root.name,
            "files": rows,
            "removed": sorted(lines, key=str.casefold),
            "worker": {"alive": reading.worker_alive},
            "embedding": {"state": reading.embedding} if reading.embedding else None,
            "error": reading.error,
        }

    async def fingerprint(self) -> int:
        """Return a value that changes with the list of files."""
        return hash(await self._look())

    async def _look(self) -> tuple[tuple[FolderFile, ...], LedgerReading]:
        files, reading = await asyncio.gather(asyncio.to_thread(self._on_disk), self.ledger())
        return files, reading

    def _on_disk(self) -> tuple[FolderFile, ...]:
        return tuple(sorted(_files(self.root, PurePosixPath()), key=lambda file: file.path.casefold()))

    def find_file(self, path: str) -> Path:
        """A file of the folder by its relative path.

        Raises:
            PersonError: it is hidden, lies outside or is not there.
        """
        wanted = (self.root / path).resolve()
        parts = wanted.relative_to(self.root).parts if wanted.is_relative_to(self.root) else ()
        if not parts or any(part.startswith(".") for part in parts) or not wanted.is_file():
            raise UserActionError(f"There is no document called {path} in the folder.")
        return wanted

    def delete_file(self, path: str) -> None:
        """Delete a file of the folder."""
        self.find_file(path).unlink()

    async def save_upload(self, name: str, directory: str, chunks: AsyncIterator[bytes]) -> str:
        """Write an upload under a hidden name, then rename it; return its relative path.

        A file of the same name is replaced. What arrives in part leaves nothing behind.
        """
        target = self.root.joinpath(*map(make_safe_name, _parts(directory)), make_safe_name(name))
        if not target.parent.resolve().is_relative_to(self.root) or target.is_dir():
            raise UserActionError(f"{name} cannot be put there.")
        target.parent.mkdir(parents=True, exist_ok=True)
        hidden = target.parent / f".{secrets.token_hex(8)}.part"
        try:
            await self._write(hidden, name, chunks)
            hidden.replace(target)
        finally:
            hidden.unlink(missing_ok=True)
        return target.relative_to(self.root).as_posix()

    async def _write(self, hidden: Path, name: str, chunks: AsyncIterator[bytes]) -> None:
        size = 0
        with hidden.open("xb") as file:
            async for chunk in chunks:
                size += len(chunk)
                if size > self.upload_limit:
                    raise UserActionError(f"{name} is larger than {self.upload_limit // 1_000_000} MB.")
                await asyncio.to_thread(file.write, chunk)


def _make_row(file: FolderFile, line: LedgerLine | None) -> JsonObject:
    return {
        "path": file.path,
        "size": file.size,
        "modified": datetime.fromtimestamp(file.modified, UTC).isoformat(timespec="seconds"),
        "state": line.state if line else "waiting",
        "pages": line.pages if line else None,
        "passages": line.passages if line else None,
        "reason": line.reason if line else None,
        "title": line.title if line else None,
    }


def _files(directory: Path, below: PurePosixPath) -> Iterator[FolderFile]:
    with suppress(FileNotFoundError), os.scandir(directory) as entries:
        for entry in entries:
            if entry.name.startswith((".", "~$")) or entry.is_symlink():
                continue
            if entry.is_dir():
                yield from _files(Path(entry.path), below / entry.name)
            elif entry.is_file():
                # Gone between listing and looking: then it is not in the folder.
                with suppress(FileNotFoundError):
                    stat = entry.stat()
                    yield FolderFile(str(below / entry.name), stat.st_size, stat.st_mtime)


def _parts(directory: str) -> list[str]:
    return [part for part in directory.replace("\\", "/").split("/") if part not in ("", ".")]


def make_safe_name(name: str) -> str:
    """Make a file name that is valid on every system.

    Raises:
        PersonError: nothing is left of the name, or it is too long.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    safe = _UNSAFE.sub("_", last).strip().lstrip(".~").rstrip(". ")
    if not safe:
        raise UserActionError("A document needs a name that does not consist of dots.")
    if len(safe.encode()) > _MOST_BYTES_OF_A_NAME:
        raise UserActionError(f"The name {safe[:40]}… is too long; {_MOST_BYTES_OF_A_NAME} bytes are the most.")
    return safe


# What a browser shows without running anything of it in the page's own origin. All else is saved, never shown.
_TEXT = "text/plain; charset=utf-8"
_SHOWN = {
    ".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".webp": "image/webp", ".txt": _TEXT, ".md": _TEXT, ".csv": _TEXT, ".eml": _TEXT, ".log": _TEXT, ".rst": _TEXT,
    ".json": _TEXT, ".toml": _TEXT,
}  # fmt: skip
_SANDBOX = "sandbox; default-src 'none'"


class FolderRoutes:
    """Serves the folder; without a folder, every route answers 404."""

    def __init__(self, folder: DocumentsFolder | None, on_change: Callable[[], None]) -> None:
        self._folder = folder
        self._on_change = on_change

    def routes(self) -> list[web.AbstractRouteDef]:
        """The folder's routes."""
        return [
            web.get("/playground/folder", self.listing),
            web.post("/playground/folder", self.upload),
            web.post("/playground/folder/delete", self.delete),
            web.get("/files/{path:.+}", self.open),
        ]

    @property
    def folder(self) -> DocumentsFolder:
        """The folder, or a 404."""
        if self._folder is None:
            raise web.HTTPNotFound(text="This local Slack was started without a documents folder.")
        return self._folder

    async def listing(self, request: web.Request) -> web.Response:
        """List the files and the state of each."""
        del request
        return web.json_response(await self.folder.list_files())

    async def upload(self, request: web.Request) -> web.Response:
        """Save uploaded documents."""
        if not request.content_type.startswith("multipart/"):
            return web.json_response({"ok": False, "error": "Send documents as multipart/form-data."}, status=400)
        paths: list[str] = []
        try:
            await self._take_parts(request, paths)
        except UserActionError as error:
            return web.json_response({"ok": False, "error": str(error), "paths": paths})
        finally:
            if paths:
                self._on_change()
        if not paths:
            return web.json_response({"ok": False, "error": "No document came with the request."}, status=400)
        return web.json_response({"ok": True, "paths": paths})

    async def _take_parts(self, request: web.Request, paths: list[str]) -> None:
        directory = request.query.get("dir", "")
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "dir":
                directory = await part.text()
            elif part.name == "file":
                name = part.filename or ""
                paths.append(await self.folder.save_upload(name, directory, part))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a document."""
        try:
            self.folder.delete_file(request.query.get("path", ""))
        except UserActionError as error:
            return web.json_response({"ok": False, "error": str(error)}, status=404)
        self._on_change()
        return web.json_response({"ok": True})

    async def open(self, request: web.Request) -> web.StreamResponse:
        """Return a document for the browser."""
        try:
            path = self.folder.find_file(request.match_info["path"])
        except UserActionError as error:
            raise web.HTTPNotFound(text=str(error)) from error
        return web.FileResponse(path, headers=build_document_headers(path))


def build_document_headers(path: Path) -> dict[str, str]:
    """Build the headers that keep a document from acting as the page."""
    shown_as = _SHOWN.get(path.suffix.lower())
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-cache",
        "Content-Type": shown_as or "application/octet-stream",
        "Content-Disposition": "inline" if shown_as else "attachment",
    }
    # A sandbox would also keep the browser's own viewer of PDF from starting.
    return headers if path.suffix.lower() == ".pdf" else {**headers, "Content-Security-Policy": _SANDBOX}
