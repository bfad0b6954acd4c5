"""What is wrong with a setting is said in words for whoever runs the bot, not in pydantic's."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from bot.settings import BotSettings
from ingestion.settings import IngestionSettings
from knowledge.runtime.setting_errors import format_setting_errors


@pytest.mark.parametrize(
    ("settings", "given", "said"),
    [
        (IngestionSettings, {"readers": "many"}, "READERS is not usable (must be a whole number)"),
        (IngestionSettings, {"scan_seconds": "soon"}, "SCAN_SECONDS is not usable (must be a number)"),
        (BotSettings, {"chat_parallel": "0"}, "CHAT_PARALLEL is not usable (must be 1 or more)"),
        (BotSettings, {"num_ctx": "12"}, "NUM_CTX is not usable (must be 2048 or more)"),
        (BotSettings, {"filing": "maybe"}, "FILING is not usable (must be one of: off, on)"),
        (BotSettings, {"log_level": "loud"}, "LOG_LEVEL is not usable (must be one of: DEBUG, INFO, WARNING, ERROR)"),
        (BotSettings, {"qdrant_url": "foo"}, "QDRANT_URL is not usable (must start with http:// or https://)"),
    ],
    ids=lambda value: str(value) if isinstance(value, dict) else "",
)
def test_a_setting_is_named_with_what_it_must_be(
    settings: type[BotSettings] | type[IngestionSettings], given: dict[str, str], said: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        settings(_env_file=None, **given)  # type: ignore[arg-type]  # as text, from the environment
    assert format_setting_errors(refusal.value) == f"{said}: correct it in the environment or in .env and start again."
