"""The settings that a person may set: every field of the three classes, by the name of its variable."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from bot.settings import BotSettings
from ingestion.settings import IngestionSettings
from knowledge.runtime.settings import Settings

if TYPE_CHECKING:
    import pytest

PROCESSES: dict[str, type[Settings]] = {"bot": BotSettings, "ingestion": IngestionSettings}


def variables_of(settings: type[Settings]) -> set[str]:
    return {name.upper() for name in settings.model_fields}


EVERY_VARIABLE = variables_of(BotSettings) | variables_of(IngestionSettings)


def forget_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every setting out of the environment, as on a machine that has none."""
    for name in os.environ:
        if name.upper() in EVERY_VARIABLE:
            monkeypatch.delenv(name)
