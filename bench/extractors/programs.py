"""Start the other programs that take text out of documents, and ask each for the text of a file.

pdftotext (poppler-utils) and mutool (mupdf-tools) are used where they are installed; Tika where TIKA_JARS names a
folder with its jars, and markitdown where MARKITDOWN_PYTHON names the Python of an environment that has it.
"""

from __future__ import annotations

import base64
import os
import queue
import shutil
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

_SECONDS = 60
_HERE = Path(__file__).parent


class Extractor(Protocol):
    """A program that takes the text out of a file."""

    def extract_text(self, path: Path) -> str:
        """The text of a file; empty where the program finds none."""

    def close(self) -> None:
        """End the program."""


class _PdfProgram:
    """A program for PDFs that is given the path and writes the text."""

    def __init__(self, before: Sequence[str], after: Sequence[str] = ()) -> None:
        self._before, self._after = before, after

    def extract_text(self, path: Path) -> str:
        if path.suffix.lower() != ".pdf":
            return ""
        command = [*self._before, str(path), *self._after]
        try:
            done = subprocess.run(command, capture_output=True, check=False, timeout=_SECONDS)  # noqa: S603
        except subprocess.TimeoutExpired:
            return ""
        return done.stdout.decode("utf-8", "replace")

    def close(self) -> None:
        pass


class _LineProgram:
    """A program that is told paths by lines and answers in base64; it is started again when it hangs or dies."""

    def __init__(self, *command: str) -> None:
        self._command = command
        self._running: subprocess.Popen[str] | None = None
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()

    def extract_text(self, path: Path) -> str:
        running = self._start()
        if running.stdin is None:
            return ""
        try:
            running.stdin.write(f"{path.resolve()}\n")
            running.stdin.flush()
            answer = self._answers.get(timeout=_SECONDS)
        except (queue.Empty, OSError):
            self.close()
            return ""
        return base64.b64decode(answer).decode("utf-8", "replace")

    def close(self) -> None:
        if self._running:
            self._running.kill()
            self._running.wait()
            self._running = None

    def _start(self) -> subprocess.Popen[str]:
        if self._running is None or self._running.poll() is not None:
            self._running = subprocess.Popen(  # noqa: S603  # a program that the caller named
                self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
            )
            self._answers = queue.SimpleQueue()
            threading.Thread(target=_pass_lines_on, args=(self._running, self._answers), daemon=True).start()
        return self._running


def _pass_lines_on(running: subprocess.Popen[str], answers: queue.SimpleQueue[str]) -> None:
    for line in running.stdout or ():
        answers.put(line)
    answers.put("")


def find_extractors() -> dict[str, Extractor]:
    """The programs that are to be had here, by name."""
    found: dict[str, Extractor] = {}
    if shutil.which("pdftotext"):
        found["pdftotext"] = _PdfProgram(("pdftotext", "-q", "-enc", "UTF-8"), ("-",))
    if shutil.which("mutool"):
        found["mutool"] = _PdfProgram(("mutool", "draw", "-q", "-F", "txt"))
    if (jars := os.environ.get("TIKA_JARS")) and shutil.which("java"):
        found["tika"] = _LineProgram("java", "-cp", f"{jars}/*", str(_HERE / "TikaText.java"))
    if python := os.environ.get("MARKITDOWN_PYTHON"):
        found["markitdown"] = _LineProgram(python, str(_HERE / "markitdown_text.py"))
    return found
