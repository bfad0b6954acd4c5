from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from pydantic import TypeAdapter, ValidationError

from bot.settings import BotSettings
from knowledge.runtime import log_setup
from knowledge.runtime.log_setup import (
    REDACTED,
    JsonFormatter,
    TextFormatter,
    configure_logging,
    redact_secrets,
    register_secret,
)
from tests.knowledge.runtime.test_log_setup import _as_before  # noqa: F401 (a fixture: the root logger is put back)

LOG = logging.getLogger("tests.redaction")
SECRET = "s3cr3tS3cr3t"
TOLD = [
    f"xoxb-123456789012-1234567890123-{SECRET}",
    f"token=xoxp-1-{SECRET} said",
    f"xoxe.xoxp-1-{SECRET}",
    f"xoxe-1-{SECRET}",
    f"XAPP-1-A0123-45-{SECRET}",
    f"Authorization: Bearer {SECRET}",
    f"{{'Authorization': 'Bearer {SECRET}', 'x': 1}}",
    f'{{"api-key": "{SECRET}"}}',
    f"[(b'api-key', b'{SECRET}'), (b'accept', b'*/*')]",
    f"Proxy-Authorization: Basic {SECRET}",
    f"api_key={SECRET}",
    f"X-API-Key:{SECRET}",
    f"curl -H bearer {SECRET}",
    f"sk-proj-{SECRET}0123456789",
    f"eyJhbGciOiJIUzI1NiJ9.{SECRET}.{SECRET}",
    f"http://qdrant:{SECRET}@host:6333/collections",
    f"wss://wss-primary.slack.com/link/?ticket={SECRET}&app_id=A1",
    f"https://hooks.slack.com/commands/T1/2/{SECRET}",
    f"https://hooks.slack-gov.com/services/T1/B1/{SECRET}",
    f"http://{SECRET}@host:6333/collections",
]
HARMLESS = [
    "SLACK_BOT_TOKEN is not usable (it must begin with xoxb-): correct it in .env.",
    "Qdrant refuses the key: set QDRANT_API_KEY to the server's.",
    "GET http://127.0.0.1:6333/collections/souffleur 200 user=U012AB3CD",
    "answered question=6f1f2b0e-52a5-4f0c-9a0e-6f6a0f5f2a31 passages=8 seconds=1.2",
    "the api key is missing; basic rules hold",
]


@pytest.fixture(autouse=True)
def _forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_setup, "_known_secrets", set())


@pytest.mark.parametrize("text", TOLD)
def test_every_shape_of_a_secret_is_taken_out(text: str) -> None:
    assert SECRET not in redact_secrets(text)
    assert REDACTED in redact_secrets(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_what_holds_no_secret_stays_as_it_is(text: str) -> None:
    assert redact_secrets(text) == text


@pytest.mark.parametrize("value", ["plain-key-1", "with space", "q?&=/é", "quo'te\"s\\"])
def test_a_value_is_known_however_it_is_written(value: str) -> None:
    from urllib.parse import quote

    register_secret(value)
    for written in (value, quote(value, safe=""), repr(value)):
        assert redact_secrets(f"asked {written} twice {written}").count(REDACTED) == 2


def test_what_pydantic_refuses_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    """As a model's client would: its error tells the question, or a passage."""
    configure_logging("text", "INFO")
    for refused in ({"question": "le coffre ?"}, ["le code, input_type=str, est", "7731"]):
        try:
            TypeAdapter(str).validate_python(refused, strict=True)
        except ValidationError:
            LOG.exception("failed")
    said = capsys.readouterr().err
    assert not any(word in said for word in ("coffre", "7731"))
    assert said.count(f"input_value={REDACTED}, input_type=") == 2


def test_a_value_too_short_to_be_a_secret_leaves_the_log_readable() -> None:
    register_secret("a")
    assert redact_secrets("a banana") == "a banana"


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("text", TOLD)
def test_no_logger_lets_one_out(text: str, form: Literal["text", "json"], capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(form, "DEBUG")
    LOG.info("sent %s", text)
    LOG.info(text)
    logging.getLogger("slack_sdk.web").error("%r", {"headers": text})
    try:
        raise ValueError(text)  # noqa: TRY301 (its traceback is what matters)
    except ValueError:
        LOG.exception("failed")
    said = capsys.readouterr().err
    assert SECRET not in said
    assert "ValueError" in said
    assert said.count(REDACTED) >= 4


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()], ids=["text", "json"])
def test_a_value_of_the_settings_is_taken_out_of_a_line(
    formatter: logging.Formatter, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QDRANT_API_KEY", "my own key's value")
    BotSettings.load()
    record = logging.LogRecord("x", logging.INFO, "f", 1, "key my own key's value sent", None, None)
    assert "own key" not in formatter.format(record)


def test_a_line_that_cannot_be_written_shows_nothing_of_itself(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging("text", "INFO")
    LOG.info("%d", "xoxb-" + SECRET)
    said = capsys.readouterr().err
    assert said == "a log line could not be written logger=tests.redaction error=TypeError\n"


CRASHES = {
    "process": "raise RuntimeError(SECRET)",
    "thread": "t = threading.Thread(target=lambda: (_ for _ in ()).throw(RuntimeError(SECRET))); t.start(); t.join()",
    "task": "asyncio.run(lose())",
    "callback": "asyncio.run(call())",
    "finaliser": "x = Broken(); del x",
}
PROGRAM = f"""
import asyncio, gc, threading
from knowledge.runtime.log_setup import log_uncaught_exceptions, configure_logging
from knowledge.runtime.log_setup import register_secret
log_uncaught_exceptions()
SECRET = open("/dev/null").read() or " ".join(["Bearer", "{SECRET}"[:6] + "{SECRET}"[6:], "and a", "key of my own"])
register_secret("key of my own")

async def fail():
    raise RuntimeError(SECRET)

async def lose():
    task = asyncio.ensure_future(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    del task
    gc.collect()

async def call():
    asyncio.get_running_loop().call_soon(lambda: 1 / 0 if not SECRET else (_ for _ in ()).throw(RuntimeError(SECRET)))
    await asyncio.sleep(0)

class Broken:
    def __del__(self):
        raise RuntimeError(SECRET)
"""


@pytest.mark.parametrize("how", CRASHES)
@pytest.mark.parametrize("form", ["text", "json"])
def test_a_crash_of_any_kind_is_logged_without_secrets(how: str, form: str) -> None:
    program = f"{PROGRAM}\nconfigure_logging({form!r}, 'INFO')\n{CRASHES[how]}\n"
    done = subprocess.run(  # noqa: S603 (our own interpreter)
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert "RuntimeError" in done.stderr
    assert SECRET not in done.stderr + done.stdout
    assert f"and a {REDACTED}" in done.stderr
    if form == "json":
        assert all(json.loads(line)["traceback"] for line in done.stderr.splitlines())
    assert done.returncode == (1 if how == "process" else 0)
