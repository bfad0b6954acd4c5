"""Keep models in memory as Ollama does, by its API documentation (docs/api.md: keep_alive, "List Running Models").

A call loads its model, and again where it asks for another context. `keep_alive` says how long it stays after the
call: a number of seconds or a duration such as "5m" (the default), 0 for not at all, a negative one for ever.
"""

from __future__ import annotations

import asyncio
import math
import re
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.doubles.ollama_state import LoadedModel, Ollama, tagged

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_KEEP_ALIVE = "5m"
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_FOR_EVER = timedelta(days=365 * 100)  # Ollama tells a date that far away


class BadKeepAlive(ValueError):
    """What Ollama answers to a `keep_alive` that is no duration, as "-1" without a unit."""


async def load_model(ollama: Ollama, body: Mapping[str, object], context: int) -> int:
    """Load the model that a call names, unless it is there with this context; return the nanoseconds that it took."""
    name = tagged(str(body["model"]))
    loaded = _present(ollama).get(name)
    started = time.perf_counter()
    if loaded is None or loaded.context != context:
        await asyncio.sleep(ollama.faults.loading)
    ollama.loaded[name] = LoadedModel(context, math.inf)  # while the call lasts
    return int((time.perf_counter() - started) * 1e9)


def keep_model(ollama: Ollama, body: Mapping[str, object]) -> None:
    """Let the model of a call that ends stay for as long as the call asks."""
    name = tagged(str(body["model"]))
    if loaded := ollama.loaded.get(name):
        seconds = parse_keep_alive(body.get("keep_alive"))
        ollama.loaded[name] = LoadedModel(loaded.context, time.monotonic() + seconds)


def parse_keep_alive(given: object) -> float:
    """Return the seconds of a `keep_alive`; infinite where it is negative.

    Raises:
        BadKeepAlive: it is a text without units.
    """
    if given is None:
        given = DEFAULT_KEEP_ALIVE
    if isinstance(given, int | float):
        return math.inf if given < 0 else float(given)
    text = str(given)
    parts = re.findall(r"(\d+(?:\.\d+)?)(ms|s|m|h)", text)
    if not parts or "".join(number + unit for number, unit in parts) != text.removeprefix("-"):
        raise BadKeepAlive(f'time: missing unit in duration "{text}"')
    seconds = sum(float(number) * _UNITS[unit] for number, unit in parts)
    return math.inf if text.startswith("-") else seconds


def loaded_models(ollama: Ollama) -> list[dict[str, object]]:
    """What `/api/ps` lists."""
    now = datetime.now(UTC)
    return [
        {
            "name": name,
            "model": name,
            "size": 1_000_000,
            "digest": "0" * 64,
            "details": {"format": "gguf", "family": "double"},
            "expires_at": (now + _stay(model)).isoformat(),
            "size_vram": 0,
            "context_length": model.context,
        }
        for name, model in _present(ollama).items()
    ]


def _present(ollama: Ollama) -> dict[str, LoadedModel]:
    now = time.monotonic()
    return {name: model for name, model in ollama.loaded.items() if model.until > now and name in ollama.present}


def _stay(model: LoadedModel) -> timedelta:
    return _FOR_EVER if math.isinf(model.until) else timedelta(seconds=model.until - time.monotonic())
