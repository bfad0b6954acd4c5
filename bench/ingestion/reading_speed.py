"""Measure how fast documents are read: a long PDF on one core and on two, other formats beside bare unstructured.

All but the two cores is CPU time; both sides take turns in one run.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from concurrent.futures import wait
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2

from bench.processes import PDF, cpu_seconds, load, needed
from ingestion.reader_processes.pool import ReaderPool
from ingestion.readers.chunking import split_into_excerpts
from ingestion.readers.format_detection import list_page_ranges, read_document_file
from ingestion.readers.unstructured_adapter import stay_offline
from ingestion.scan.document_file import DocumentFile
from ingestion.scan.safe_open import FolderTree
from ingestion.settings import IngestionSettings

if TYPE_CHECKING:
    from collections.abc import Callable

_SECTIONS = 300  # of the documents that are made here: long enough for a steady figure
_WORDS = "The lamp is switched on at dusk, and the keeper writes down who came, when, and what was said. " * 3


def reading(rounds: int) -> dict[str, float]:
    """Pages a second of the PDF; `bare_pdfium` is what pdfium's text alone takes, without any layout."""
    source = needed(PDF)
    with closing(pypdfium2.PdfDocument(source)) as document:
        pages = len(document)
    bare, ours, cores = [], [], []
    read_document_file(source)  # imports
    with closing(_Two()) as two:
        two.read(source)  # starts the children
        for _ in range(rounds):
            bare.append(cpu_seconds(lambda: _bare(source)))
            ours.append(cpu_seconds(lambda: split_into_excerpts(read_document_file(source))))
            cores.append(two.read(source))
    return {
        "pdf_pages": pages,
        "bare_pdfium_pages_per_s": _rate(pages, bare),
        "one_core_pages_per_s": _rate(pages, ours),
        "two_cores_pages_per_s": _rate(pages, cores),
        "load": load(),
    }


def _rate(pages: int, taken: list[float]) -> float:
    return round(pages / statistics.median(taken))


def _bare(source: Path) -> None:
    with closing(pypdfium2.PdfDocument(source)) as document:
        for page in document:
            text = page.get_textpage()
            text.get_text_range()
            text.close()
            page.close()


class _Two:
    """Two children, as the worker has them; what they answer is checked as it is there."""

    def __init__(self) -> None:
        self._hands = ReaderPool(IngestionSettings(readers=2))

    def read(self, source: Path) -> float:
        """The seconds that all ranges take, by the clock."""
        started = time.perf_counter()
        file = DocumentFile(FolderTree(source.parent), source.name)
        futures = [self._hands.submit_document(file, pages) for pages in list_page_ranges(source)]
        for future in wait(futures).done:
            future.result()
        return time.perf_counter() - started

    def close(self) -> None:
        self._hands.close()


def formats(rounds: int) -> dict[str, float]:
    """For each format, our CPU time over that of bare unstructured on the same file."""
    stay_offline()
    from unstructured.partition.docx import partition_docx
    from unstructured.partition.html import partition_html
    from unstructured.partition.md import partition_md

    bare: dict[str, Callable[[str], object]] = {
        "docx": lambda name: partition_docx(filename=name, languages=[""]),
        "html": lambda name: partition_html(filename=name, languages=[""]),
        "md": lambda name: partition_md(filename=name, languages=[""]),
    }
    with tempfile.TemporaryDirectory() as scratch:
        made = _made(Path(scratch))
        ratios = {f"{suffix}_ratio": _ratio(made[suffix], bare[suffix], rounds) for suffix in bare}
    return {**ratios, "load": load()}


def _ratio(source: Path, bare: Callable[[str], object], rounds: int) -> float:
    bare(str(source))
    split_into_excerpts(read_document_file(source))
    taken = [
        (cpu_seconds(lambda: split_into_excerpts(read_document_file(source))), cpu_seconds(lambda: bare(str(source))))
        for _ in range(rounds)
    ]
    return round(statistics.median(ours / theirs for ours, theirs in taken), 2)


def _made(folder: Path) -> dict[str, Path]:
    """One document of `_SECTIONS` sections in each format: headings, paragraphs, lists and a table."""
    from docx import Document

    document, html, markdown = Document(), ["<html><body>"], []
    for n in range(_SECTIONS):
        document.add_heading(f"Section {n}", level=1 + n % 3)
        document.add_paragraph(_WORDS)
        document.add_paragraph(f"First point of {n}", style="List Bullet")
        html.append(f"<h{1 + n % 3}>Section {n}</h{1 + n % 3}><p>{_WORDS}</p><ul><li>First point of {n}</li></ul>")
        markdown.append(f"{'#' * (1 + n % 3)} Section {n}\n\n{_WORDS}\n\n- First point of {n}\n")
    table = document.add_table(rows=20, cols=4)
    for row in table.rows:
        for cell in row.cells:
            cell.text = "value"
    html.append("<table>" + "<tr>" + "<td>value</td>" * 4 + "</tr>" * 20 + "</table></body></html>")
    paths = {suffix: folder / f"made.{suffix}" for suffix in ("docx", "html", "md")}
    document.save(str(paths["docx"]))
    paths["html"].write_text("\n".join(html), encoding="utf-8")
    paths["md"].write_text("\n".join(markdown), encoding="utf-8")
    return paths
