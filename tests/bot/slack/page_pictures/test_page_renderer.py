"""The page of a passage, drawn by a program of its own: what it draws, what it refuses, and what it cannot do."""

from __future__ import annotations

import asyncio
import hashlib
import os
from pathlib import Path

import pytest

from bot.slack.handlers.page_picture import PageRenderer, PageUnavailable
from bot.slack.handlers.show_passage import has_page_picture
from knowledge.core.documents import make_content_version
from knowledge.core.passages import Excerpt, Passage
from tests.ingestion.readers.images.test_page_picture import FIRST, SECOND, make_pdf

PATH = "rh/guide.pdf"


def passage_of(content: bytes, path: str = PATH, **excerpt: object) -> Passage:
    given: dict[str, object] = {"text": SECOND, "page": 2, "last_page": 2, **excerpt}
    version = make_content_version(hashlib.sha256(content).hexdigest(), "9")
    return Passage("id", "document", path, "Guide", version, 1, 0, Excerpt(**given))  # type: ignore[arg-type] # a test's own


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    made = make_pdf((FIRST,), (SECOND,))
    (tmp_path / "rh").mkdir()
    (tmp_path / PATH).write_bytes(made)
    return made


async def reason(renderer: PageRenderer, passage: Passage) -> str:
    with pytest.raises(PageUnavailable) as refused:
        await renderer.render_page(passage, ())
    return refused.value.reason


async def test_the_page_of_a_passage_is_drawn_with_its_quote_marked(tmp_path: Path, content: bytes) -> None:
    rendered = await PageRenderer(tmp_path).render_page(passage_of(content), ((0, len(SECOND)),))
    assert (rendered.page, rendered.is_marked, rendered.png[:4]) == (2, True, b"\x89PNG")
    wide = passage_of(content, page=1, last_page=40)
    assert (await PageRenderer(tmp_path).render_page(wide, ())).page == 2


async def test_a_file_that_has_changed_since_it_was_read_is_not_shown(tmp_path: Path, content: bytes) -> None:
    (tmp_path / PATH).write_bytes(make_pdf(("Something else.",), ("Secret of tomorrow.",)))
    assert await reason(PageRenderer(tmp_path), passage_of(content)) == "changed"


@pytest.mark.parametrize(
    "path", ["none.pdf", "none/guide.pdf", "../guide.pdf", "/etc/passwd", "link.pdf", "linked/guide.pdf"]
)
async def test_no_file_outside_the_folder_is_opened(tmp_path: Path, content: bytes, path: str) -> None:
    root = tmp_path / "documents"
    root.mkdir()
    (tmp_path / "guide.pdf").write_bytes(content)
    (root / "link.pdf").symlink_to(tmp_path / "guide.pdf")
    (root / "linked").symlink_to(tmp_path / "rh")
    assert await reason(PageRenderer(root), passage_of(content, path)) == "not_here"
    assert await reason(PageRenderer(tmp_path / "nowhere"), passage_of(content)) == "not_here"


async def test_a_broken_pdf_a_wrong_page_and_a_pipe_end_in_a_reason(tmp_path: Path, content: bytes) -> None:
    assert await reason(PageRenderer(tmp_path), passage_of(content, page=99, last_page=99)) == "failed"
    broken = content[:200] + os.urandom(2_000)
    (tmp_path / PATH).write_bytes(broken)
    assert await reason(PageRenderer(tmp_path), passage_of(broken)) == "failed"
    (tmp_path / PATH).unlink()
    os.mkfifo(tmp_path / PATH)
    assert await reason(PageRenderer(tmp_path), passage_of(broken)) in ("changed", "failed")


async def test_a_program_that_takes_too_long_is_ended(tmp_path: Path, content: bytes) -> None:
    assert await reason(PageRenderer(tmp_path, seconds=0.01), passage_of(content)) == "failed"


async def test_one_page_is_drawn_at_a_time(tmp_path: Path, content: bytes) -> None:
    renderer = PageRenderer(tmp_path)
    drawing = asyncio.gather(*(renderer.render_page(passage_of(content), ()) for _ in range(2)))
    assert [one.page for one in await drawing] == [2, 2]
    assert not renderer._turn.locked()


def test_only_pages_of_pdfs_that_lie_in_the_folder_have_pictures(content: bytes) -> None:
    assert has_page_picture(passage_of(content, "A/Guide.PDF"))
    assert not has_page_picture(passage_of(content, "guide.docx"))
    assert not has_page_picture(passage_of(content, member="inside.pdf"))
    assert not has_page_picture(passage_of(content, page=None))
