"""*Page as a picture*: drawn by a program of its own, sent to whoever presses, with the rights of that moment."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.slack.handlers.page_picture import PageRenderer, PageUnavailable
from bot.slack.handlers.show_passage import has_page_picture
from bot.slack.views.sources import SHOW_PAGE_ACTION, PassageButton
from knowledge.core.access import NOBODY
from knowledge.core.documents import Document, make_content_version
from knowledge.core.passages import Citation, Excerpt, Passage, passages_from_excerpts
from playground.slack.state.records import Message, View
from playground.slack.web_api.json_values import JsonObject
from tests.bot.slack.running_bot import MANIFEST, SLACK, Desk, at_work, document, indexed, saying
from tests.ingestion.readers.images.test_page_picture import FIRST, SECOND, make_pdf

PATH = "hr/handbook.pdf"
PDF = "rh/guide.pdf"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """The manifest with the scope that uploads need."""
    body = json.loads(MANIFEST.read_text("utf-8"))
    body["oauth_config"]["scopes"]["bot"].append("files:write")
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(body))
    return path


@pytest.fixture
def handbook(tmp_path: Path) -> Document:
    content = make_pdf((FIRST,), (SECOND,))
    (tmp_path / "hr").mkdir()
    (tmp_path / PATH).write_bytes(content)
    version = make_content_version(hashlib.sha256(content).hexdigest(), "9")
    return replace(document(PATH, title="Staff handbook"), version=version)


def made(of: Document) -> Passage:
    return passages_from_excerpts(of, [Excerpt(SECOND, 2, 2, ("Travel",))])[0]


def cited(of: Document) -> Citation:
    passage = made(of)
    return Citation(1, passage.title, passage.path, 2, passage.excerpt.section, passage.id, spans=((0, len(SECOND)),))


async def modal(desk: Desk, holding: str) -> View:
    return await desk.slack.wait_until(
        lambda: next((v for v in desk.slack.views if v.kind == "modal" and holding in words(v.body)), None)
    )


def words(body: JsonObject) -> str:
    return json.dumps(body, ensure_ascii=False)


async def open_passage(desk: Desk, who: str = "james", where: str = "") -> View:
    person = desk.slack.person(who)
    ts = await (person.post(where, "<@USOUFFLEUR> who pays?") if where else person.dm("who pays?"))
    await person.click(await desk.reply_to(ts, holding="Sources"), "show_passage_1")
    return await modal(desk, SECOND)


def pictures(desk: Desk) -> list[Message]:
    return [message for message in desk.slack.messages if message.files]


async def test_the_page_comes_into_the_direct_messages_of_whoever_presses(
    tmp_path: Path, manifest: Path, handbook: Document
) -> None:
    settings = replace(SLACK, manifest=manifest)
    script = saying("Ten days [1].", citations=(cited(handbook),))
    async with at_work(script, settings, page_pictures="on", documents_dir=tmp_path) as desk:
        indexed(desk, handbook, [made(handbook)])
        view = await open_passage(desk, where="#general")
        await desk.slack.person("james").click(view, SHOW_PAGE_ACTION)
        await modal(desk, "only you see it")
        told = await desk.slack.wait_for(lambda m: m.ephemeral_to == "UJAMES")
        (shown,) = pictures(desk)
    assert (told.channel, "direct messages" in told.text, bool(told.thread_ts)) == ("CGENERAL", True, True)
    assert (shown.channel, shown.text, shown.blocks) == ("DJAMES", "", ())
    assert (shown.files[0].title, shown.files[0].alt_txt) == ("Staff handbook, p. 2", "Staff handbook, p. 2")
    assert shown.files[0].content.startswith(b"\x89PNG")


async def test_whoever_may_no_longer_read_the_passage_gets_no_page(
    tmp_path: Path, manifest: Path, handbook: Document
) -> None:
    settings = replace(SLACK, manifest=manifest)
    script = saying("Ten days [1].", citations=(cited(handbook),))
    async with at_work(script, settings, page_pictures="on", documents_dir=tmp_path) as desk:
        indexed(desk, handbook, [made(handbook)])
        view = await open_passage(desk)
        shut = replace(handbook, audience=frozenset({NOBODY}))
        indexed(desk, shut, [made(shut)])
        await desk.slack.person("james").click(view, SHOW_PAGE_ACTION)
        await modal(desk, "I cannot show this passage")
        await desk.finished()
        assert pictures(desk) == []


async def test_a_forged_button_shows_no_page_of_what_one_may_not_read(
    tmp_path: Path, manifest: Path, handbook: Document
) -> None:
    settings = replace(SLACK, manifest=manifest)
    secret = replace(handbook, audience=frozenset({"@UALICE"}))
    async with at_work(saying("?"), settings, page_pictures="on", documents_dir=tmp_path) as desk:
        indexed(desk, secret, [made(secret)])
        opened = await desk.bot.client.views_open(
            trigger_id=desk.slack.triggers.issue_trigger("UJAMES", desk.slack.api.now()),
            view={"type": "modal", "title": {"type": "plain_text", "text": "W"}, "blocks": [{"type": "divider"}]},
        )
        view = desk.slack.workspace.views[opened["view"]["id"]]
        value = PassageButton(1, made(secret).id, (), "en").value
        forged: JsonObject = {"type": "button", "action_id": SHOW_PAGE_ACTION, "block_id": "b", "value": value}
        await desk.slack.block_actions.press_in_view(desk.slack.person("james").user, view, forged)
        await modal(desk, "I cannot show this passage")
        await desk.finished()
        assert pictures(desk) == []


async def test_a_forged_button_in_a_message_is_told_in_one_sentence_without_a_traceback(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with at_work(saying("Two days.")) as desk:
        ts = await desk.slack.person("james").dm("How many days?")
        message = await desk.reply_to(ts, holding="Two days.")
        value = PassageButton(1, "x", (), "en").value
        forged: JsonObject = {"type": "button", "action_id": SHOW_PAGE_ACTION, "block_id": "b", "value": value}
        await desk.press("james", message, forged)
        await desk.slack.wait_until(lambda: "no page shown" in caplog.text)
    assert "Traceback" not in caplog.text


async def test_where_the_page_cannot_be_shown_one_sentence_says_why_and_the_text_stays(
    tmp_path: Path, manifest: Path, handbook: Document
) -> None:
    settings = replace(SLACK, manifest=manifest)
    script = saying("Ten days [1].", citations=(cited(handbook),))
    async with at_work(script, settings, page_pictures="on", documents_dir=tmp_path) as desk:
        indexed(desk, handbook, [made(handbook)])
        whole = (tmp_path / PATH).read_bytes()
        for content, fault, sentence in (
            (whole, "file_uploads_disabled", "Slack did not take the picture"),
            (b"%PDF-1.7 changed", "", "its file has changed since I read it"),
            (None, "", "I do not have its file here"),
        ):
            if content is None:
                (tmp_path / PATH).unlink()
            else:
                (tmp_path / PATH).write_bytes(content)
            if fault:
                desk.slack.faults.fail("files.getUploadURLExternal", fault)
            view = await open_passage(desk)
            await desk.slack.person("james").click(view, SHOW_PAGE_ACTION)
            assert SECOND in words((await modal(desk, sentence)).body)
            await desk.slack.person("james").close(view)
        assert pictures(desk) == []


async def test_the_button_is_there_only_where_it_is_on_and_the_document_is_a_pdf(
    tmp_path: Path, handbook: Document
) -> None:
    script = saying("Ten days [1].", citations=(cited(handbook),))
    async with at_work(script, documents_dir=tmp_path) as desk:
        indexed(desk, handbook, [made(handbook)])
        assert SHOW_PAGE_ACTION not in words((await open_passage(desk)).body)
    page = replace(handbook, path="hr/handbook.docx")
    async with at_work(saying("Ten days [1].", citations=(cited(page),)), page_pictures="on") as desk:
        indexed(desk, page, [made(page)])
        assert SHOW_PAGE_ACTION not in words((await open_passage(desk)).body)


def passage_of(content: bytes, path: str = PDF, **excerpt: object) -> Passage:
    given: dict[str, object] = {"text": SECOND, "page": 2, "last_page": 2, **excerpt}
    version = make_content_version(hashlib.sha256(content).hexdigest(), "9")
    return Passage("id", "document", path, "Guide", version, 1, 0, Excerpt(**given))  # type: ignore[arg-type] # a test's own


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    made = make_pdf((FIRST,), (SECOND,))
    (tmp_path / "rh").mkdir()
    (tmp_path / PDF).write_bytes(made)
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
    (tmp_path / PDF).write_bytes(make_pdf(("Something else.",), ("Secret of tomorrow.",)))
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
    (tmp_path / PDF).write_bytes(broken)
    assert await reason(PageRenderer(tmp_path), passage_of(broken)) == "failed"
    (tmp_path / PDF).unlink()
    os.mkfifo(tmp_path / PDF)
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
