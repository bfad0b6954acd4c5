from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.runtime.unknown_settings import KNOWN_SETTINGS, find_unknown_settings
from tests.bot.cli.running_commands import Terminal
from tests.deployment.settings import EVERY_VARIABLE


def test_every_setting_of_both_processes_is_known_and_no_other() -> None:
    assert KNOWN_SETTINGS == EVERY_VARIABLE


@pytest.mark.parametrize(
    ("line", "sentences"),
    [
        ("CHAT_MODL=foo", ["CHAT_MODL in .env is no setting of Souffleur and is not read: did you mean CHAT_MODEL?"]),
        (
            "WEATHER=fine",
            ["WEATHER in .env is no setting of Souffleur and is not read: remove it, or see .env.example"],
        ),
        ("chat_model=mixtral\nexport ADMINS=U1", []),
        ("# CHAT_MODL=foo\nHTTPS_PROXY=http://proxy:1\nCOMPOSE_PROFILES=x", []),
        ("", []),
    ],
)
def test_a_name_that_nothing_reads_is_told_with_the_nearest_one(line: str, sentences: list[str]) -> None:
    Path(".env").write_text(f"{line}\n")
    told = find_unknown_settings()
    assert len(told) == len(sentences)
    assert all(one.startswith(sentence) for one, sentence in zip(told, sentences, strict=True))


def test_without_a_file_nothing_is_told() -> None:
    assert find_unknown_settings() == []


@pytest.mark.parametrize(("module", "command"), [("bot", "health"), ("ingestion", "status")])
def test_both_processes_tell_it_and_go_on(module: str, command: str, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("CHAT_MODL=foo\n")
    done = Terminal(tmp_path).run(command, module=module)
    assert done.stderr.count("\n") == 1
    assert "WARNING knowledge.runtime.unknown_settings: CHAT_MODL in .env is no setting of Souffleur" in done.stderr
    assert done.stdout
