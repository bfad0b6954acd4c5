"""Files that administrators send: where they may be put, and what becomes of them."""

from __future__ import annotations

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.slack.handlers.file_upload import (
    CHOOSE_FOLDER_ACTION,
    _folder_key,
    is_slack_file_url,
    list_upload_folders,
    open_new_file,
    sanitize_file_name,
)
from playground.slack.state.records import Message
from playground.slack.web_api.json_values import JsonObject
from tests.bot.slack.running_bot import Desk, at_work, saying, shown


async def _sent(desk: Desk, who: str, name: str = "Guide.pdf", content: bytes = b"pages") -> None:
    person = desk.slack.person(who)
    await person.share(person.direct.id, "", name, content)


async def _menu(desk: Desk) -> Message:
    return await desk.slack.wait_for(lambda m: bool(m.bot_id) and any(b.get("type") == "actions" for b in m.blocks))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "hr").mkdir()
    return tmp_path


async def test_an_admin_files_what_they_send_into_the_folder_they_choose(root: Path) -> None:
    async with at_work(saying("?"), filing="on", documents_dir=root) as desk:
        await _sent(desk, "alice", "../Guide.pdf")
        await desk.slack.person("alice").click(await _menu(desk), CHOOSE_FOLDER_ACTION, value=_folder_key("hr"))
        await desk.slack.wait_for(lambda m: "Guide.pdf est dans `hr`" in shown(m))
        await desk.finished()
        assert {path.name: path.read_bytes() for path in (root / "hr").iterdir()} == {"Guide.pdf": b"pages"}
        (entry,) = desk.bot.stores.audit_log.list_audit_entries()
        assert (entry.who, entry.what, entry.outcome) == ("UALICE", "file", "done")
        assert "Guide" not in entry.subject
        await _sent(desk, "alice", "Guide.pdf", b"others")
        await desk.slack.person("alice").click(await _menu(desk), CHOOSE_FOLDER_ACTION, value=_folder_key("hr"))
        await desk.slack.wait_for(lambda m: "déjà un fichier" in shown(m))
        assert (root / "hr/Guide.pdf").read_bytes() == b"pages"


def _choice_of_hr(block_id: object) -> JsonObject:
    chosen = {"value": _folder_key("hr")}
    return {
        "action_id": CHOOSE_FOLDER_ACTION,
        "block_id": str(block_id),
        "type": "static_select",
        "selected_option": chosen,
    }


async def test_others_are_told_who_can_and_file_nothing(root: Path) -> None:
    async with at_work(saying("?"), filing="on", documents_dir=root) as desk:
        await _sent(desk, "james")
        await desk.slack.wait_for(lambda m: "Please ask <@UALICE>." in shown(m))
        await _sent(desk, "alice")
        menu = await _menu(desk)
        await desk.press("james", menu, _choice_of_hr(menu.blocks[-1]["block_id"]))
        await desk.slack.wait_for(lambda m: m.ts == menu.ts and "Only an administrator" in shown(m))
        assert list((root / "hr").iterdir()) == []
        assert [entry.outcome for entry in desk.bot.stores.audit_log.list_audit_entries()] == ["refused"]


async def test_an_administrator_files_no_file_of_somebody_else(root: Path) -> None:
    async with at_work(saying("?"), filing="on", documents_dir=root) as desk:
        await _sent(desk, "alice")
        menu, files = await _menu(desk), desk.slack.workspace.files
        [file] = files.values()
        files[file.id] = replace(file, user="UJAMES")
        await desk.slack.person("alice").click(menu, CHOOSE_FOLDER_ACTION, value=_folder_key("hr"))
        await desk.finished()
        assert list((root / "hr").iterdir()) == []
        assert [entry.outcome for entry in desk.bot.stores.audit_log.list_audit_entries()] == ["failed"]


async def test_a_file_is_fetched_through_no_redirect(root: Path) -> None:
    """It would lead to another place than the one that was checked: the local Slack redirects permalinks."""
    async with at_work(saying("?"), filing="on", documents_dir=root) as desk:
        await _sent(desk, "alice")
        menu, files = await _menu(desk), desk.slack.workspace.files
        [file] = files.values()
        files[file.id] = replace(file, url=f"{desk.slack.url}/archives/CRH/p1")
        await desk.slack.person("alice").click(menu, CHOOSE_FOLDER_ACTION, value=_folder_key("hr"))
        await desk.finished()
        assert list((root / "hr").iterdir()) == []
        assert [entry.outcome for entry in desk.bot.stores.audit_log.list_audit_entries()] == ["failed"]


async def test_a_choice_that_a_message_does_not_offer_leaves_the_message_as_it_is(root: Path) -> None:
    async with at_work(saying("Two days."), filing="on", documents_dir=root) as desk:
        james = desk.slack.person("james")
        answer = await desk.reply_to(await james.post("#general", "@souffleur how many days?"))
        await desk.finished()
        await desk.press("james", answer, _choice_of_hr("F0001"))
        assert shown(await desk.slack.wait_for(lambda m: m.key == answer.key)) == shown(answer)


async def test_a_file_that_is_too_large_leaves_nothing(root: Path) -> None:
    async with at_work(saying("?"), filing="on", documents_dir=root, max_file_mb=1) as desk:
        await _sent(desk, "alice", content=b"x" * 1_000_001)
        await desk.slack.person("alice").click(await _menu(desk), CHOOSE_FOLDER_ACTION, value=_folder_key("hr"))
        await desk.slack.wait_for(lambda m: "dépasse 1 Mo" in shown(m))
        assert list((root / "hr").iterdir()) == []


async def test_a_file_that_is_larger_than_slack_says_leaves_nothing(root: Path) -> None:
    async with at_work(saying("?"), filing="on", documents_dir=root, max_file_mb=1) as desk:
        await _sent(desk, "james", content=b"x" * 1_000_001)
        await _sent(desk, "alice")
        menu, files = await _menu(desk), desk.slack.workspace.files
        large, small = files.values()
        files[small.id] = replace(small, url=large.url)
        await desk.slack.person("alice").click(menu, CHOOSE_FOLDER_ACTION, value=_folder_key("hr"))
        await desk.slack.wait_for(lambda m: "dépasse 1 Mo" in shown(m))
        assert list((root / "hr").iterdir()) == []


async def test_the_token_goes_to_slack_s_own_host_alone(root: Path) -> None:
    connections: list[bytes] = []

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\npages")
        writer.close()

    async with (
        await asyncio.start_server(answer, "127.0.0.1", 0) as other,
        at_work(saying("?"), filing="on", documents_dir=root) as desk,
    ):
        await _sent(desk, "alice")
        menu = await _menu(desk)
        ((name, file),) = desk.slack.workspace.files.items()
        port = other.sockets[0].getsockname()[1]
        desk.slack.workspace.files[name] = replace(file, url=f"http://127.0.0.1:{port}/files-pri/x")
        await desk.slack.person("alice").click(menu, CHOOSE_FOLDER_ACTION, value=_folder_key("hr"))
        await desk.slack.wait_for(lambda m: "n'ai pas pu mettre ce fichier" in shown(m))
        assert list((root / "hr").iterdir()) == []
        assert connections == []


async def test_where_nothing_is_filed_nothing_is_offered() -> None:
    async with at_work(saying("?")) as desk:
        await _sent(desk, "alice")
        await desk.slack.wait_for(lambda m: "Je ne lis pas les fichiers joints" in shown(m))
        await desk.finished()
        assert not any(block.get("type") == "actions" for m in desk.slack.messages for block in m.blocks)


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://files.slack.com/files-pri/T1-F1/x.pdf", True),
        ("https://slack.com/files/x", True),
        ("http://files.slack.com/x", False),
        ("https://files.slack.com.evil.example/x", False),
        ("https://files.slack.com@evil.example/x", False),
        ("https://evil.example/files.slack.com", False),
        ("", False),
    ],
)
def test_which_addresses_are_slack_s(url: str, ours: bool) -> None:
    assert is_slack_file_url(url, "https://slack.com/api/") is ours


async def test_a_file_of_which_slack_tells_twice_is_asked_about_once(root: Path) -> None:
    async with at_work(saying("?"), filing="on", documents_dir=root) as desk:
        desk.slack.faults.send_events_twice()
        await _sent(desk, "alice")
        await _menu(desk)
        await desk.slack.wait_until(lambda: all(sent.acked for sent in desk.slack.sent) or None)
        await desk.finished()
        assert len([message for message in desk.slack.messages if message.bot_id]) == 1


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("Guide.pdf", "Guide.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        (".htaccess", "htaccess"),
        ("...", ""),
        ("", ""),
        ("e\u0301te\u0301.pdf", "été.pdf"),
        ("a\x00b\n.pdf", "ab.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("CON.pdf", "_CON.pdf"),
        ("end. . ", "end"),
        ('what?*"<x>.txt', "whatx.txt"),
        (".souffleur.toml", "souffleur.toml"),
    ],
)
def test_a_name_means_one_file_in_one_folder(given: str, safe: str) -> None:
    assert sanitize_file_name(given) == safe


def test_a_long_name_keeps_its_ending_and_fits_a_disk() -> None:
    name = sanitize_file_name("é" * 500 + ".pdf")
    assert name.endswith("é.pdf")
    assert len(name.encode()) <= 200


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    (tmp_path / "hr").mkdir()
    with open_new_file(tmp_path, "hr", "a.txt") as file:
        file.write(b"whole")
        assert [name for name in os.listdir(tmp_path / "hr") if not name.startswith(".")] == []
    assert {path.name: path.read_bytes() for path in (tmp_path / "hr").iterdir()} == {"a.txt": b"whole"}


def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TypeError), open_new_file(tmp_path, "", "a.txt") as file:
        file.write("half")  # type: ignore[call-overload] # what fails, here
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_stays(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("mine")
    with pytest.raises(FileExistsError), open_new_file(tmp_path, "", "a.txt") as file:
        file.write(b"other")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize("folder", ["..", "hr/../..", "out", "hr/out", ".hidden", "/etc", "none", "a.txt"])
def test_nothing_is_put_outside_or_behind_a_link(folder: str, tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for made in (root / "hr", root / ".hidden", outside):
        made.mkdir(parents=True)
    (root / "a.txt").write_text("a file")
    for link in (root / "out", root / "hr/out"):
        link.symlink_to(outside)
    with pytest.raises(OSError, match=r"."), open_new_file(root, folder, "x.txt"):
        pass
    assert not list(tmp_path.rglob("x.txt"))


def test_folders_are_shown_without_links_or_hidden_ones(tmp_path: Path) -> None:
    for made in ("hr/2026", "everyone", ".git/x"):
        (tmp_path / made).mkdir(parents=True)
    (tmp_path / "out").symlink_to("/")
    assert list_upload_folders(tmp_path) == ["", "everyone", "hr", "hr/2026"]
