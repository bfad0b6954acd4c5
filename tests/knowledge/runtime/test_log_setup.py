from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from knowledge.runtime.log_setup import JsonFormatter, configure_logging

LOG = logging.getLogger("tests.logs")


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_for_machines_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json", "INFO")
    LOG.info("read: document=%s\nseconds=%.1f", "é", 1.25)
    (line,) = capsys.readouterr().err.splitlines()
    said = json.loads(line)
    assert said.pop("time").endswith("+00:00")
    assert said == {"level": "info", "logger": "tests.logs", "message": "read: document=é\nseconds=1.2"}


def test_a_traceback_is_part_of_the_object(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json", "INFO")
    try:
        int("broken")
    except ValueError:
        LOG.exception("failed")
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["traceback"].endswith("invalid literal for int() with base 10: 'broken'")


def test_a_line_for_people_is_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("text", "INFO")
    LOG.warning("slow")
    assert capsys.readouterr().err.endswith(" WARNING tests.logs: slow\n")


def test_less_than_the_level_is_not_said(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("text", "WARNING")
    LOG.info("hush")
    logging.getLogger("httpx").info("GET http://qdrant")
    assert capsys.readouterr().err == ""


def test_libraries_speak_only_of_trouble(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("json", "DEBUG")
    logging.getLogger("httpx").info("GET http://qdrant")
    assert capsys.readouterr().err == ""


def test_what_json_does_not_know_is_still_said() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "%s %s", (object, {1}), None)
    assert json.loads(JsonFormatter().format(record))["message"] == "<class 'object'> {1}"
