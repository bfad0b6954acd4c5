from __future__ import annotations

import time
from pathlib import Path

import pytest

from knowledge.runtime.heartbeat import HEARTBEAT_STALE_SECONDS, Heartbeat


@pytest.fixture
def heartbeat(tmp_path: Path) -> Heartbeat:
    return Heartbeat.for_process("bot", tmp_path / "beats")


def test_a_fresh_sign_of_life_is_well(heartbeat: Heartbeat) -> None:
    heartbeat.write_heartbeat(ready=True, meaning=False)
    assert heartbeat.check_heartbeat() == (True, "The bot process is alive (ready=True, meaning=False).")


def test_a_process_that_is_not_ready_is_not_well(heartbeat: Heartbeat) -> None:
    heartbeat.write_heartbeat(ready=False)
    assert heartbeat.check_heartbeat() == (False, "The bot process is alive (ready=False).")


@pytest.mark.parametrize(
    "away", [HEARTBEAT_STALE_SECONDS + 10, -HEARTBEAT_STALE_SECONDS - 10], ids=["old", "from the future"]
)
def test_an_old_sign_of_life_is_none(heartbeat: Heartbeat, away: float) -> None:
    heartbeat.write_heartbeat(ready=True)
    well, sentence = heartbeat.check_heartbeat(lambda: time.time() + away)
    assert not well
    assert sentence == "The bot process gave its last sign of life 40 s ago: restart it."


def test_without_a_sign_the_process_is_not_running(heartbeat: Heartbeat) -> None:
    sentence = "The bot process is not running: start it with `python -m bot`."
    assert heartbeat.check_heartbeat() == (False, sentence)
    heartbeat.write_heartbeat()
    heartbeat.remove_heartbeat()
    heartbeat.remove_heartbeat()
    assert heartbeat.check_heartbeat() == (False, sentence)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"at": "now"}', b'{"at": null}', b"\xff", b"3"])
def test_a_damaged_sign_is_told(heartbeat: Heartbeat, content: bytes) -> None:
    heartbeat.write_heartbeat()
    heartbeat.path.write_bytes(content)
    well, sentence = heartbeat.check_heartbeat()
    assert not well
    assert sentence == "The bot process's sign of life in HEARTBEAT_DIR is damaged: restart that process."


def test_a_sign_that_cannot_be_read_is_told(heartbeat: Heartbeat) -> None:
    heartbeat.path.mkdir(parents=True)
    well, sentence = heartbeat.check_heartbeat()
    assert not well
    assert sentence.startswith("The bot process's sign of life in HEARTBEAT_DIR cannot be read (Is a directory): name")


def test_two_processes_have_a_sign_each(tmp_path: Path) -> None:
    Heartbeat.for_process("bot", tmp_path).write_heartbeat()
    assert not Heartbeat.for_process("ingestion", tmp_path).check_heartbeat()[0]


def test_without_a_folder_the_sign_is_kept_apart_for_each_user() -> None:
    assert Heartbeat.for_process("bot", None).path.parent.name.startswith("souffleur-")
