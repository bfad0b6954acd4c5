"""The routes of the documents folder: its listing, uploads, deletion, and the documents themselves."""

from collections.abc import Callable
from pathlib import Path

from aiohttp import BodyPartReader, web

from playground.slack.page.documents_folder import DocumentsFolder
from playground.slack.rules.errors import UserActionError

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
