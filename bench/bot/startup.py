"""Measure how soon a search on the command line answers, and how soon the bot is connected to the local Slack.

A first start that warms the disk's cache is not counted.
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.processes import process, seconds
from playground.demo import MANIFEST
from playground.slack.app import serve_slack
from playground.slack.state.settings import PlaygroundSlack

if TYPE_CHECKING:
    from collections.abc import Mapping

_LIMIT = 60.0
_SEARCH = [sys.executable, "-m", "bot", "search", "how do I change the port of the server?"]


def starting(environment: Mapping[str, str], rounds: int) -> dict[str, float]:
    """Medians, in seconds; of CPU for the search, which the machine's load disturbs less."""
    asyncio.run(_connected(environment))
    _search(environment)
    searches = [_search(environment) for _ in range(rounds)]
    return {
        "bot_search_s": _median([wall for wall, _ in searches]),
        "bot_search_cpu_s": _median([cpu for _, cpu in searches]),
        "bot_connected_s": _median([asyncio.run(_connected(environment)) for _ in range(rounds)]),
    }


def _median(values: list[float]) -> float:
    return round(statistics.median(values), 2)


def _search(environment: Mapping[str, str]) -> tuple[float, float]:
    before = _children_cpu()
    whole = {**os.environ, **environment}
    taken = seconds(lambda: subprocess.run(_SEARCH, env=whole, check=True, capture_output=True))  # noqa: S603  # ours
    return taken, _children_cpu() - before


def _children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _connected(environment: Mapping[str, str]) -> float:
    with tempfile.TemporaryDirectory() as scratch:
        async with serve_slack(PlaygroundSlack(port=0, manifest=MANIFEST, documents=Path(scratch))) as slack:
            told = {
                "SLACK_API_URL": slack.api_url,
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_APP_TOKEN": slack.app_token,
                "HEARTBEAT_DIR": scratch,
                "SHUTDOWN_GRACE": "1",
            }
            with process("bot", "start", env={**environment, **told}, log=Path(scratch) / "log"):
                started = time.perf_counter()
                await slack.wait_connected(timeout=_LIMIT)
                return time.perf_counter() - started
