"""Has the cited page of a PDF drawn, by a program of the worker's with limits in time and memory.

The bot itself loads no parser: a broken PDF can stop that program alone.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from knowledge.core.passages import Passage

log = logging.getLogger(__name__)
Reason = Literal["not_here", "changed", "failed"]
_PROGRAM = ("-P", "-m", "ingestion.reader_processes.page_picture_main")
_PASSED_VARIABLES = ("PATH", "LANG", "LD_LIBRARY_PATH")
_SECONDS = 30.0
_MAX_FILE_BYTES = 64 << 20
_MAX_PICTURE_BYTES = 10 << 20
_MAX_PAGES = 3  # of one passage
_ERRORS: dict[object, Reason] = {"changed": "changed"}


class PageUnavailable(Exception):
    """The page cannot be shown; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page as a PNG, its number, and whether the passage is marked on it."""

    png: bytes
    page: int
    is_marked: bool


def has_page_picture(passage: Passage) -> bool:
    """Whether a passage is of a PDF that lies in the folder by itself, on a page that is known."""
    excerpt = passage.excerpt
    return passage.path.lower().endswith(".pdf") and not excerpt.member and excerpt.page is not None


@dataclass(frozen=True, slots=True)
class PageRenderer:
    """Draws pages of the documents in a folder, one at a time."""

    root: Path
    seconds: float = _SECONDS
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def render_page(self, passage: Passage, spans: Sequence[tuple[int, int]]) -> RenderedPage:
        """Draws the page of a passage, with what is quoted of it marked; the whole passage where nothing is.

        Raises:
            PageUnavailable: the file is not here, has changed since it was read, or cannot be drawn.
        """
        first = passage.excerpt.page or 1
        last = min(passage.excerpt.last_page or first, first + _MAX_PAGES - 1)
        text = passage.excerpt.text
        request = {
            "sha256": passage.version.partition(".")[0],
            "max_bytes": _MAX_FILE_BYTES,
            "pages": list(range(first, last + 1)),
            "quotes": [text[start:end] for start, end in spans if start < end] or [text],
        }
        async with self._turn:
            try:
                file = await asyncio.to_thread(_open_document, self.root, passage.path)
            except OSError as error:
                log.info("page not drawn path=%s error=%s", passage.path, type(error).__name__)
                raise PageUnavailable("not_here") from error
            try:
                answer = await self._run_program(file, json.dumps(request).encode())
            finally:
                os.close(file)
        return _read_answer(answer)

    async def _run_program(self, file: int, request: bytes) -> bytes:
        program = await asyncio.create_subprocess_exec(
            sys.executable,
            *_PROGRAM,
            str(file),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=(file,),
            env={name: os.environ[name] for name in _PASSED_VARIABLES if name in os.environ},
            limit=_MAX_PICTURE_BYTES,
        )
        try:
            async with asyncio.timeout(self.seconds):
                answer = await _exchange(program, request)
                await program.wait()
                return answer
        except TimeoutError as error:
            log.warning("page not drawn error=timeout seconds=%.0f", self.seconds)
            raise PageUnavailable("failed") from error
        finally:
            if program.returncode is None:
                with suppress(ProcessLookupError):
                    program.kill()
                await program.wait()


async def _exchange(program: asyncio.subprocess.Process, request: bytes) -> bytes:
    """Sends a request, and reads the answer to its end, or to the largest size."""
    if program.stdin is None or program.stdout is None:
        raise PageUnavailable("failed")
    with suppress(ConnectionError):  # it ended before it read: there is no answer then
        program.stdin.write(request)
        await program.stdin.drain()
        program.stdin.close()
    answer = bytearray()
    while len(answer) < _MAX_PICTURE_BYTES and (part := await program.stdout.read(1 << 16)):
        answer += part
    return bytes(answer)


def _read_answer(answer: bytes) -> RenderedPage:
    """Reads what the program said; a broken document may have made it say anything."""
    head, _, png = answer.partition(b"\n")
    try:
        told = json.loads(head)
    except ValueError as error:
        log.warning("page not drawn error=ended")
        raise PageUnavailable("failed") from error
    page = told.get("page") if isinstance(told, dict) else None
    if not isinstance(page, int) or not png.startswith(b"\x89PNG"):
        reason = _ERRORS.get(told.get("error") if isinstance(told, dict) else None, "failed")
        log.info("page not drawn error=%s", reason)
        raise PageUnavailable(reason)
    return RenderedPage(png, page, told.get("is_marked") is True)


def _open_document(root: Path, path: str) -> int:
    """Opens a document step by step, and follows no link out of its folder."""
    *folders, name = PurePosixPath(path).parts
    if not name or ".." in (*folders, name) or path.startswith("/"):
        raise FileNotFoundError("no path of a document")
    place = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for part in folders:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=place)
            os.close(place)
            place = below
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=place)
    finally:
        os.close(place)
