"""Looks for Ollama before a demo starts, and chooses the embedding model that needs none where it is away."""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import aiohttp
from dotenv import dotenv_values

if TYPE_CHECKING:
    from collections.abc import Mapping

_OLLAMA = "http://127.0.0.1:11434"
_LOCAL_MODEL = "local:multilingual-e5-small"
_MAKE_LOCAL_MODEL = (sys.executable, "-m", "knowledge.embeddings.local.model_files")
_LOOK_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class ChosenModels:
    """What the demo tells about its models, and the settings that follow for bot and worker."""

    sentence: str
    settings: Mapping[str, str]


async def choose_models(given: Mapping[str, str]) -> ChosenModels:
    """Choose by what answers here; an EMBEDDING_MODEL that is given, in the environment or in .env stays."""
    settings = {**dotenv_values(".env"), **os.environ, **given}
    url = settings.get("OLLAMA_URL") or _OLLAMA
    models = await _list_ollama_models(url)
    if models is not None:
        return ChosenModels(f"Ollama at {url} has: {', '.join(models) or 'no model yet'}.", {})
    quotes = f"No Ollama at {url}: the bot quotes the best passages instead of writing answers"
    if settings.get("EMBEDDING_MODEL"):
        return ChosenModels(f"{quotes}; its embedding model is {settings['EMBEDDING_MODEL']}, as you set it.", {})
    problem = await _find_local_model_problem()
    if problem:
        return ChosenModels(f"{quotes}, and finds them by words alone. {problem}", {})
    sentence = f"{quotes}, and finds them by meaning with the small model {_LOCAL_MODEL}."
    return ChosenModels(sentence, {"EMBEDDING_MODEL": _LOCAL_MODEL})


async def _list_ollama_models(url: str) -> list[str] | None:
    """The names of the models in Ollama; None if it does not answer."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_LOOK_SECONDS)) as session,
            session.get(f"{url}/api/tags") as response,
        ):
            return [str(model["name"]) for model in (await response.json())["models"]]
    except (aiohttp.ClientError, TimeoutError, KeyError, ValueError):
        return None


async def _find_local_model_problem() -> str:
    """Have the local model's files made where they are missing; the sentence that says why not, or nothing."""
    process = await asyncio.create_subprocess_exec(
        *_MAKE_LOCAL_MODEL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE
    )
    _, said = await process.communicate()
    return (said.decode(errors="replace").strip().splitlines() or [""])[-1] if process.returncode else ""
