"""The documents folder: listing, uploads, deletion, opening, and nothing outside it."""

import mimetypes
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from ingestion.readers.formats import SUPPORTED_SUFFIXES
from playground.slack.app import LocalSlack, serve_slack
from playground.slack.page.documents_folder import build_document_headers, make_safe_name
from playground.slack.rules.errors import UserActionError
from playground.slack.state.settings import LedgerLine, LedgerReading
from tests.playground.slack.page.test_routes import frame, get


@dataclass(slots=True)
class Ledger:
    """A ledger that the test writes."""

    reading: LedgerReading = field(default_factory=LedgerReading)

    async def read(self) -> LedgerReading:
        return self.reading


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    (folder / "rh").mkdir(parents=True)
    (folder / "rh" / "guide.pdf").write_bytes(b"%PDF-1.4")
    (folder / "notes.md").write_text("# Été", encoding="utf-8")
    (folder / ".hidden").write_text("x", encoding="utf-8")
    (tmp_path / "outside.txt").write_text("secret", encoding="utf-8")
    return folder


@pytest.fixture
async def local(documents: Path, ledger: Ledger) -> AsyncIterator[LocalSlack]:
    async with serve_slack(
        port=0, documents=documents, ledger=ledger.read, folder_poll=0.02, upload_limit=1000
    ) as slack:
        yield slack


@pytest.fixture
async def browser(local: LocalSlack) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(local.url, headers=local.page_headers) as session:
        yield session


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def upload(name: str, content: bytes, directory: str = "") -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)  # as browsers send names
    if directory:
        form.add_field("dir", directory)
    form.add_field("file", content, filename=name)
    return form


async def test_the_listing_joins_disk_and_ledger(browser: aiohttp.ClientSession, ledger: Ledger) -> None:
    line = LedgerLine("rh/guide.pdf", "meaning", pages=3, passages=12, title="Guide")
    gone = LedgerLine("gone.pdf", "meaning", pages=1, passages=1)
    ledger.reading = LedgerReading((line, gone), worker_alive=True, embedding="ready")
    listing = await get(browser, "/playground/folder")
    assert (listing["name"], listing["worker"], listing["embedding"]) == (
        "documents",
        {"alive": True},
        {"state": "ready"},
    )
    assert isinstance(listing["files"], list)
    states = {file["path"]: (file["state"], file["pages"], file["title"]) for file in listing["files"]}
    assert states == {"notes.md": ("waiting", None, None), "rh/guide.pdf": ("meaning", 3, "Guide")}
    assert listing["removed"] == ["gone.pdf"]


async def test_the_page_is_told_when_disk_or_ledger_change(
    browser: aiohttp.ClientSession, ledger: Ledger, documents: Path
) -> None:
    async with browser.ws_connect("/playground/events?as=UALICE") as feed:
        (documents / "new.txt").write_text("x", encoding="utf-8")
        await frame(feed, "folder")
        ledger.reading = LedgerReading(worker_alive=True)
        await frame(feed, "folder")


async def test_uploads_land_whole_under_a_safe_name(browser: aiohttp.ClientSession, documents: Path) -> None:
    async with browser.post("/playground/folder", data=upload("../../Congés: 2026.txt", b"x", "rh/2026")) as answer:
        assert await answer.json() == {"ok": True, "paths": ["rh/2026/Congés_ 2026.txt"]}
    assert (documents / "rh" / "2026" / "Congés_ 2026.txt").read_bytes() == b"x"


async def test_an_upload_replaces_the_file_of_its_name(browser: aiohttp.ClientSession, documents: Path) -> None:
    async with browser.post("/playground/folder", data=upload("notes.md", b"new")) as answer:
        assert (await answer.json())["ok"] is True
    assert (documents / "notes.md").read_bytes() == b"new"


async def test_a_file_that_is_too_large_leaves_nothing(browser: aiohttp.ClientSession, documents: Path) -> None:
    async with browser.post("/playground/folder", data=upload("big.txt", b"x" * 1001)) as answer:
        assert (await answer.json())["ok"] is False
    assert names_in(documents) == [".hidden", "notes.md", "rh"]


@pytest.mark.parametrize("directory", ["..", "../elsewhere", ".secret", "rh/../.."])
async def test_uploads_stay_in_the_folder(browser: aiohttp.ClientSession, documents: Path, directory: str) -> None:
    async with browser.post("/playground/folder", data=upload("a.txt", b"x", directory)) as answer:
        told = await answer.json()
    assert names_in(documents.parent) == ["documents", "outside.txt"]
    assert told["ok"] is False or all(not path.startswith(("..", ".")) for path in told["paths"])


async def test_a_link_that_leads_out_is_not_followed(browser: aiohttp.ClientSession, documents: Path) -> None:
    (documents / "way-out").symlink_to(documents.parent)
    async with browser.get("/files/way-out/outside.txt") as answer:
        assert answer.status == 404
    async with browser.post("/playground/folder", data=upload("a.txt", b"x", "way-out")) as answer:
        assert (await answer.json())["ok"] is False
    assert not (documents.parent / "a.txt").exists()


@pytest.mark.parametrize("path", ["../outside.txt", "%2e%2e/outside.txt", ".hidden", "rh", "none.txt"])
async def test_only_documents_of_the_folder_open(browser: aiohttp.ClientSession, path: str) -> None:
    async with browser.get(f"/files/{path}") as answer:
        assert answer.status == 404


async def test_documents_open_in_the_browser_but_cannot_act(browser: aiohttp.ClientSession, documents: Path) -> None:
    async with browser.get("/files/rh/guide.pdf") as answer:
        assert answer.content_type == "application/pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Content-Security-Policy" not in answer.headers
    async with browser.get("/files/notes.md") as answer:
        assert (answer.content_type, await answer.text()) == ("text/plain", "# Été")


_ACTIVE = ("html", "HTM", "xhtml", "svg", "xml", "xsl", "xslt", "rdf", "rss", "atom", "mml", "js", "mjs", "css", "wasm",
           "mht", "shtml", "swf", "hta", "appcache", "docx", "unknown")  # fmt: skip


@pytest.mark.parametrize(
    "name", [*(f"page.{suffix}" for suffix in _ACTIVE), "page", "page.pdf.html", "page.txt.", "a.svg "]
)
async def test_what_is_not_known_to_be_harmless_is_saved_and_never_shown(
    browser: aiohttp.ClientSession, documents: Path, name: str
) -> None:
    (documents / name).write_text("<script>1</script>", encoding="utf-8")
    async with browser.get(f"/files/{name}") as answer:
        assert answer.status == 200
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_of_every_suffix_that_anybody_knows_only_harmless_types_are_shown() -> None:
    known = {one for each in (mimetypes.types_map, mimetypes.common_types, SUPPORTED_SUFFIXES) for one in each}
    shown: set[str] = set()
    for suffix in sorted({*known, *map(str.upper, known), "", ".unheard-of"}):
        headers = build_document_headers(Path(f"page{suffix}"))
        assert headers["X-Content-Type-Options"] == "nosniff"
        if headers["Content-Disposition"] == "attachment":
            assert headers["Content-Type"] == "application/octet-stream"
            assert headers["Content-Security-Policy"].startswith("sandbox;")
        else:
            shown.add(headers["Content-Type"].partition(";")[0])
    assert shown == {"application/pdf", "text/plain", *(f"image/{kind}" for kind in ("gif", "jpeg", "png", "webp"))}


async def test_a_document_is_deleted(browser: aiohttp.ClientSession, documents: Path) -> None:
    async with browser.post("/playground/folder/delete", params={"path": "rh/guide.pdf"}) as answer:
        assert await answer.json() == {"ok": True}
    assert not (documents / "rh" / "guide.pdf").exists()
    async with browser.post("/playground/folder/delete", params={"path": "../outside.txt"}) as answer:
        assert answer.status == 404
    assert (documents.parent / "outside.txt").exists()


async def test_without_a_folder_the_page_is_told(slack: LocalSlack) -> None:
    async with (
        aiohttp.ClientSession(slack.url, headers=slack.page_headers) as session,
        session.get("/playground/folder") as answer,
    ):
        assert answer.status == 404


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a.pdf", "a.pdf"),
        ("C:\\Users\\me\\b.pdf", "b.pdf"),
        ("/etc/passwd", "passwd"),
        (".env", "env"),
        ("~$lock.docx", "$lock.docx"),
        ("a\x00b?.pdf", "a_b_.pdf"),
        ("Cafe\u0301.pdf", "Café.pdf"),
        ("name. ", "name"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert make_safe_name(name) == safe


@pytest.mark.parametrize("name", ["", "..", "...", "/", "x" * 201])
def test_names_that_mean_nothing_are_refused(name: str) -> None:
    with pytest.raises(UserActionError):
        make_safe_name(name)
