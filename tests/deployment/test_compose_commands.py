"""The two shell commands inside docker-compose.yml do what they are there for, run by a real bash."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.deployment.compose import compose, resolve

if TYPE_CHECKING:
    from pathlib import Path

SERVICES = compose().services


async def _run(command: list[str], environment: dict[str, str]) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *command,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await asyncio.wait_for(process.communicate(), 10)
    return process.returncode or 0, output.decode()


async def _qdrant_looks_healthy_at(port: int) -> bool:
    health = SERVICES["qdrant"].healthcheck
    assert health
    command = [resolve(part, {}).replace("/6333", f"/{port}") for part in health.test[1:]]
    return (await _run(command, dict(os.environ)))[0] == 0


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False), (401, False)])
async def test_qdrant_is_healthy_when_it_says_that_it_is_ready(status: int, healthy: bool) -> None:
    async def ready(_: web.Request) -> web.Response:
        return web.Response(status=status, text="all shards are ready")

    application = web.Application()
    application.router.add_get("/readyz", ready)
    async with TestServer(application) as server:
        assert server.port
        assert await _qdrant_looks_healthy_at(server.port) is healthy


async def test_qdrant_is_not_healthy_when_nobody_listens() -> None:
    async with TestServer(web.Application()) as server:
        port = server.port
    assert port
    assert not await _qdrant_looks_healthy_at(port)


async def _pull(folder: Path, ollama: str, **settings: str) -> tuple[int, str]:
    """Run the command of `models` with an `ollama` that is the given line of shell."""
    (folder / "ollama").write_text(f"#!/bin/bash\n{ollama}\n", encoding="utf-8")
    (folder / "ollama").chmod(0o755)
    models = SERVICES["models"]
    command = [*models.entrypoint, *(resolve(part, {}) for part in models.command)]
    environment = models.environment_with(settings) | {"PATH": f"{folder}:/usr/bin:/bin"}
    return await _run(command, environment)


async def test_both_models_are_pulled_the_small_one_first(tmp_path: Path) -> None:
    status, output = await _pull(tmp_path, 'echo "$OLLAMA_HOST $*"')
    assert status == 0
    assert output.splitlines() == [
        "pulling bge-m3",
        "http://ollama:11434 pull bge-m3",
        "pulling mixtral",
        "http://ollama:11434 pull mixtral",
        "all models are there",
    ]


@pytest.mark.parametrize(
    ("model", "pulled"), [("local:multilingual-e5-small", []), ("ollama:bge-m3", ["bge-m3"]), ("a:b", ["a:b"])]
)
async def test_only_models_of_ollama_are_pulled(tmp_path: Path, model: str, pulled: list[str]) -> None:
    status, output = await _pull(tmp_path, 'echo "$2"', EMBEDDING_MODEL=model)
    assert status == 0
    said = [line for line in output.splitlines() if not line.startswith("pulling")]
    assert said == [*pulled, "mixtral", "all models are there"]


async def test_a_pull_that_fails_fails_the_service(tmp_path: Path) -> None:
    """So that Docker tries again."""
    status, output = await _pull(tmp_path, "exit 1")
    assert status != 0
    assert "all models are there" not in output
