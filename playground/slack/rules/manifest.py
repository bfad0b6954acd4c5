"""Read the app's manifest: its commands, events and scopes."""

import json
from dataclasses import dataclass
from pathlib import Path

from playground.slack.rules.errors import BadSettings
from playground.slack.state import sample_company
from playground.slack.state.records import Command, Shortcut
from playground.slack.web_api.json_values import JsonObject, as_object, as_objects, as_text


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the app declares; None for events or scopes means all of them. `is_agent`: it has an agent view.

    `is_assistant`: it has the older assistant view, in which each conversation is a thread that begins with an event.
    """

    commands: tuple[Command, ...] = sample_company.COMMANDS
    shortcuts: tuple[Shortcut, ...] = sample_company.SHORTCUTS
    events: frozenset[str] | None = None
    scopes: frozenset[str] | None = None
    is_agent: bool = True
    is_assistant: bool = False

    def hears(self, subscription: str) -> bool:
        """Whether the app subscribed to an event."""
        return self.events is None or subscription in self.events


def read_manifest(path: Path | None) -> Manifest:
    """The manifest in a JSON file; the built-in one when there is no path."""
    if path is None:
        return Manifest()
    try:
        body = as_object(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BadSettings(f"The manifest {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise BadSettings(f"The manifest {path} is not JSON: {error}.") from error
    features = as_object(body.get("features"))
    settings = as_object(body.get("settings"))
    scopes = as_object(as_object(body.get("oauth_config")).get("scopes"))
    return Manifest(
        commands=tuple(map(_command, as_objects(features.get("slash_commands")))),
        shortcuts=tuple(
            Shortcut(as_text(one.get("name")), as_text(one.get("callback_id")))
            for one in as_objects(features.get("shortcuts"))
            if one.get("type") == "message"
        ),
        events=_names(as_object(settings.get("event_subscriptions")).get("bot_events")),
        scopes=_names(scopes.get("bot")),
        is_agent=bool(features.keys() & {"agent_view", "assistant_view"}),
        is_assistant="assistant_view" in features,
    )


def _command(body: JsonObject) -> Command:
    return Command(as_text(body.get("command")), as_text(body.get("description")), as_text(body.get("usage_hint")))


def _names(value: object) -> frozenset[str]:
    return frozenset(name for name in value if isinstance(name, str)) if isinstance(value, list) else frozenset()
