from __future__ import annotations

import argparse
import subprocess
import sys

import pytest

from bot.__main__ import _build_parser as parser_of_the_bot
from ingestion.__main__ import _build_parser as parser_of_the_worker
from knowledge import VERSION
from knowledge.__main__ import _build_parser as parser_of_backups
from knowledge.launcher import PROCESSES, SHORT_COMMANDS, find_module, main

PARSERS = {"bot": parser_of_the_bot(), "ingestion": parser_of_the_worker(), "knowledge": parser_of_backups()}


def list_commands(parser: argparse.ArgumentParser) -> set[str]:
    subparsers = next(one for one in parser._actions if isinstance(one, argparse._SubParsersAction))
    return set(subparsers.choices)


@pytest.mark.parametrize("module", SHORT_COMMANDS)
def test_every_short_command_is_one_of_its_module(module: str) -> None:
    assert set(SHORT_COMMANDS[module]) <= list_commands(PARSERS[module])


def test_every_command_can_be_reached() -> None:
    for module, parser in PARSERS.items():
        left = list_commands(parser) - set(SHORT_COMMANDS[module])
        assert not left or module in PROCESSES.values()


@pytest.mark.parametrize(
    ("given", "command"),
    [
        (["worker"], ["ingestion"]),
        (["worker", "health"], ["ingestion", "health"]),
        (["bot", "health"], ["bot", "health"]),
        (["ask", "How many?", "--json"], ["bot", "ask", "How many?", "--json"]),
        (["backup", "b.zip"], ["knowledge", "backup", "b.zip"]),
        (["demo", "--port", "8400"], ["playground", "--port", "8400"]),
    ],
    ids=" ".join,
)
def test_a_command_becomes_its_module(given: list[str], command: list[str]) -> None:
    executed: list[list[str]] = []
    assert main(given, lambda _, arguments: executed.append(arguments)) == 0
    assert executed == [[sys.executable, "-m", *command]]


def test_an_unknown_command_gets_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert find_module(["wrok"]) is None
    assert main(["wrok"]) == 2
    assert capsys.readouterr().err == "There is no command 'wrok': `souffleur --help` lists them.\n"


def test_it_starts_the_real_module() -> None:
    command = [sys.executable, "-m", "knowledge.launcher", "worker", "--version"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 (our own interpreter)
    assert shown.stdout == f"Souffleur {VERSION}\n"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    usage = capsys.readouterr().out
    for name in (*PROCESSES, *(one for names in SHORT_COMMANDS.values() for one in names)):
        assert name in usage
