"""Write the binary sample documents: `python -m playground.sample_writer [FOLDER]`.

The texts stand in `sources`, one for each document and named after it. Documents in text formats
(Markdown, HTML, CSV, plain text, e-mail) have no source: they are written by hand in `documents`.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from playground.sample_writer.pdf import write_pdf
from playground.sample_writer.slides import write_slides
from playground.sample_writer.source_format import SampleDocument, parse_source
from playground.sample_writer.word import write_word
from playground.sample_writer.workbook import write_workbook

HERE = Path(__file__).parent
DOCUMENTS = HERE.parent / "documents"
SOURCES = HERE / "sources"

_WRITERS: dict[str, Callable[[SampleDocument], bytes]] = {
    ".pdf": write_pdf,
    ".docx": write_word,
    ".pptx": write_slides,
    ".xlsx": write_workbook,
}


def write_sample_documents(folder: Path) -> list[Path]:
    """Write the document of each source into the folder; return the paths in order."""
    return [_write_document(source, folder) for source in sorted(SOURCES.rglob("*.md"))]


def _write_document(source: Path, folder: Path) -> Path:
    target = folder / source.relative_to(SOURCES).with_suffix("")
    document = parse_source(source.read_text(encoding="utf-8"))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(_WRITERS[target.suffix](document))
    return target


if __name__ == "__main__":
    write_sample_documents(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS)
