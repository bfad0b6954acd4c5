"""What the pages for people promise is there: their links, their settings, their commands."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import _build_parser as parser_of_the_bot
from ingestion.__main__ import _build_parser as parser_of_the_worker
from ingestion.readers.formats import FORMATS
from knowledge.__main__ import _build_parser as parser_of_backups
from tests.deployment.compose import ROOT
from tests.deployment.settings import EVERY_VARIABLE, PROCESSES

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
_ROW = re.compile(r"^\| (`[A-Z][^|]*) \|([^|]*)\|", re.MULTILINE)
_FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"`([\w./-]+/[\w.-]+\.(?:py|toml|json|jsonl|md|yml)|[\w-]+(?:/[\w-]+)+/)(?::(\w+))?`")
_PARSERS = {"bot": parser_of_the_bot, "ingestion": parser_of_the_worker, "knowledge": parser_of_backups}


def _told_commands(page: Path) -> list[list[str]]:
    """The words of each command that a page shows in a block for a shell."""
    lines = "".join(_FENCE.findall(page.read_text(encoding="utf-8"))).splitlines()
    return [words for line in lines if (words := shlex.split(line, comments=True))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for path, heading in _LINK.findall(page.read_text(encoding="utf-8")):
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not heading or heading in _headings(target), f"{path}#{heading}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_and_function_that_a_page_names_exists(page: Path) -> None:
    for path, name in _PATH.findall(page.read_text(encoding="utf-8").replace("**", "`")):
        assert path.startswith((".", "dist/")) or (ROOT / path).exists(), path
        assert not name or re.search(rf"\bdef {name}\(", (ROOT / path).read_text(encoding="utf-8")), f"{path}:{name}"


def test_the_page_of_settings_names_each_once_with_its_default() -> None:
    rows = _ROW.findall((ROOT / "docs" / "settings.md").read_text(encoding="utf-8"))
    shown: list[tuple[str, str]] = []
    for names, values in rows:
        named = re.findall(r"`([A-Z_0-9]+)`", names)
        told = re.findall(r"`([^`]*)`", values) or [""] * len(named)
        shown += zip(named, told, strict=True)
    assert sorted(name for name, _ in shown) == sorted(EVERY_VARIABLE)
    for process in PROCESSES.values():
        own = ((name.lower(), told) for name, told in shown if told)
        set_to: dict[str, Any] = {name: told for name, told in own if name in process.model_fields}  # checked there
        assert process(_env_file=None, **set_to) == process(_env_file=None)


@pytest.mark.parametrize("page", [page for page in PAGES if _told_commands(page)], ids=lambda page: page.name)
def test_every_command_of_a_page_is_one_that_there_is(page: Path) -> None:
    """That they do what they say is held by the tests of each command."""
    told = _told_commands(page)
    for _, minus, module, *arguments in (words for words in told if words[0] == ".venv/bin/python"):
        assert minus == "-m"
        given = _PARSERS[module]().parse_args(arguments)
        named = [path for path in vars(given).values() if isinstance(path, Path)]
        assert all((ROOT / path).exists() for path in named), arguments
    # A demo writes this file; the rest of what a page reads is here.
    assert {words[1] for words in told if words[0] == "."} <= {".souffleur/playground/terminal.env"}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {words[1] for words in told if words[0] == "make"} <= targets


def test_the_told_backup_with_compose_is_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    [line] = re.findall(r"^.*docker compose .* backup - > .*$", page, re.MULTILINE)
    docker = tmp_path / "docker"
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    shell = ["/bin/sh", "-c", line.replace("/srv/souffleur", str(tmp_path))]
    for script, status in (("echo an archive", 0), ("echo half; exit 1", 1)):  # the second leaves the first as it was
        docker.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        docker.chmod(0o755)
        done = subprocess.run(shell, env=environment, umask=0o022, check=False)  # noqa: S603 (our own page)
        assert done.returncode == status
        assert (tmp_path / "souffleur.zip").read_bytes() == b"an archive\n"
        assert (tmp_path / "souffleur.zip").stat().st_mode & 0o777 == 0o600


def _headings(page: Path) -> set[str]:
    """The anchors that GitHub makes of a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_page_about_reading_names_every_format() -> None:
    page = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    named = set(re.findall(r"(?<!\w)\.[a-z0-9]+\b", page))
    assert {suffix for suffix, one in FORMATS.items() if one.reader[1] != "read_code"} - named == set()
