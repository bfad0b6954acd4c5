"""Neither process uses a Qdrant that is open to the internet.

The public address is a real one as far as the processes can tell: a proxy leads to it, as in many companies, and the
proxy of this test is the Qdrant itself.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from playground.qdrant import server
from tests.bot.cli.running_commands import Terminal

PUBLIC = "http://8.8.8.8:6333"
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-made-up", "SLACK_APP_TOKEN": "xapp-made-up", "SLACK_API_URL": "http://127.0.0.1:9/"}


@pytest.mark.parametrize("module", ["bot", "ingestion"])
async def test_a_process_does_not_start_over_an_open_qdrant_on_a_public_address(tmp_path: Path, module: str) -> None:
    async with server.serve_qdrant(None) as qdrant:
        done = await asyncio.to_thread(
            Terminal(tmp_path).run,
            module=module,
            QDRANT_URL=PUBLIC,
            HTTP_PROXY=qdrant.url,
            DOCUMENTS_DIR=str(tmp_path),
            **TOKENS,
        )
    assert done.returncode == 2
    assert done.stderr == (
        "The Qdrant at 8.8.8.8 is on a public address and answers without a key, to anybody: give the server a key "
        "(QDRANT__SERVICE__API_KEY) and set QDRANT_API_KEY to it, or let it listen on a private address.\n"
    )


async def test_with_a_key_the_same_address_is_used(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "a.md").write_text("# Navette\n\nLa navette part de Nantes.")
    async with server.serve_qdrant(None, api_key="of-my-own") as qdrant:
        done = await asyncio.to_thread(
            Terminal(tmp_path).run,
            "scan",
            module="ingestion",
            QDRANT_URL=PUBLIC,
            QDRANT_API_KEY="of-my-own",
            HTTP_PROXY=qdrant.url,
            DOCUMENTS_DIR=str(tmp_path / "documents"),
        )
    assert done.returncode == 0, done.stderr
    assert "1 indexed" in done.stdout
