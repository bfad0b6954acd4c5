"""Reads a workspace file: the people and channels of a local Slack that is not the demo's company.

{"people": [{"name": "ada", "real_name": "Ada Byron", "locale": "en-GB", "is_admin": true}],
 "channels": [{"name": "general", "members": ["ada"], "is_private": false, "has_app": true}]}
"""

import json
from dataclasses import dataclass
from pathlib import Path

from playground.slack.rules.errors import BadSettings
from playground.slack.state.records import Channel, ChannelKind, User
from playground.slack.state.sample_company import BOT, BOT_USER_ID
from playground.slack.web_api.json_values import JsonObject, as_object, as_objects, as_text


@dataclass(frozen=True, slots=True)
class Company:
    """People, and channels; each person also has a direct message with the app."""

    people: tuple[User, ...]
    channels: tuple[Channel, ...]

    @property
    def conversations(self) -> tuple[Channel, ...]:
        """The channels and the direct messages."""
        direct = (Channel(f"D{one.id[1:]}", BOT.name, "im", (one.id, BOT_USER_ID)) for one in self.people)
        return (*self.channels, *direct)


def read_workspace_file(path: Path) -> Company:
    """The people and channels in a JSON file.

    Raises:
        BadSettings: the file cannot be read, or something in it is missing.
    """
    try:
        body = as_object(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise BadSettings(f"The workspace file {path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise BadSettings(f"The workspace file {path} is not JSON: {error}.") from error
    people = tuple(_read_person(one, path) for one in as_objects(body.get("people")))
    if not people:
        raise BadSettings(f"The workspace file {path} names nobody; list at least one of its people.")
    known = {one.name: one.id for one in people}
    return Company(people, tuple(_read_channel(one, known, path) for one in as_objects(body.get("channels"))))


def _read_person(body: JsonObject, path: Path) -> User:
    name = _read_name(body, path)
    return User(
        f"U{name.upper()}",
        name,
        as_text(body.get("real_name")) or name.capitalize(),
        as_text(body.get("locale")) or "en-US",
        as_text(body.get("title")),
        is_admin=bool(body.get("is_admin")),
        is_guest=bool(body.get("is_guest")),
    )


def _read_channel(body: JsonObject, known: dict[str, str], path: Path) -> Channel:
    name, members = _read_name(body, path), body.get("members")
    wanted = [as_text(one) for one in members] if isinstance(members, list) else list(known)
    strangers = sorted(set(wanted) - known.keys())
    if strangers:
        raise BadSettings(f"In {path}, #{name} has a member {strangers[0]!r} who is not among the people.")
    ids = [known[one] for one in wanted]
    app = [BOT_USER_ID] if body.get("has_app", True) else []
    kind: ChannelKind = "private" if body.get("is_private") else "public"
    topic = as_text(body.get("topic"))
    return Channel(f"C{name.upper().replace('-', '')}", name, kind, (*ids, *app), topic)


def _read_name(body: JsonObject, path: Path) -> str:
    name = as_text(body.get("name"))
    if not name or name != name.lower() or not name.replace("-", "").replace("_", "").isalnum():
        raise BadSettings(f"In {path}, {name!r} is no name: use lower-case letters, digits, - and _.")
    return name
