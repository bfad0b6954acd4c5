"""Draw the binary sample documents: `python -m playground.sample_writer [FOLDER]`. Decides which drawer fits.

The texts stand in `sources`, one for each document and named after it. Documents in text formats
(Markdown, HTML, CSV, plain text, e-mail) have no manuscript: they are written by hand in `documents`.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from playground.sample_writer.content import Paper
from playground.sample_writer.pdf import draw_pdf
from playground.sample_writer.slides import draw_slides
from playground.sample_writer.source_format import read_manuscript
from playground.sample_writer.word import draw_word
from playground.sample_writer.workbook import draw_workbook

HERE = Path(__file__).parent
DOCUMENTS = HERE.parent / "documents"
SOURCES = HERE / "sources"

_DRAWERS: dict[str, Callable[[Paper], bytes]] = {
    ".pdf": draw_pdf,
    ".docx": draw_word,
    ".pptx": draw_slides,
    ".xlsx": draw_workbook,
}


def draw_documents(folder: Path) -> list[Path]:
    """Draw each manuscript into the folder, under its own name; the paths written, in order."""
    return [_draw_one(manuscript, folder) for manuscript in sorted(SOURCES.rglob("*.md"))]


def _draw_one(manuscript: Path, folder: Path) -> Path:
    target = folder / manuscript.relative_to(SOURCES).with_suffix("")
    paper = read_manuscript(manuscript.read_text(encoding="utf-8"))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_DRAWERS[target.suffix](paper))
    return target


if __name__ == "__main__":
    draw_documents(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS)
