"""Build the events that a change of the workspace sends to the app. Pure; delivery.py sends them."""

from dataclasses import dataclass

from playground.slack.state.changes import (
    AssistantThreadStarted,
    Change,
    ChannelRenamed,
    Edited,
    HomeOpened,
    Membership,
    PersonChanged,
    Posted,
    Reacted,
    Removed,
    SessionStopped,
    ViewedPlaceChanged,
)
from playground.slack.state.records import Message
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.json_values import JsonObject
from playground.slack.web_api.rendering import member_json, message_json, view_json

_KINDS = {
    "public": ("channel", "message.channels"),
    "private": ("group", "message.groups"),
    "im": ("im", "message.im"),
    "mpim": ("mpim", "message.mpim"),
}


@dataclass(frozen=True, slots=True)
class AppEvent:
    """An event, and the name under which a manifest subscribes to it."""

    subscription: str
    body: JsonObject


def build_events(change: Change, workspace: Workspace) -> list[AppEvent]:
    """Build the events of a change; none where the app is no member, or for ephemeral messages."""
    if isinstance(change, Posted | Edited | Removed | Reacted):
        message = change.message
        if message.ephemeral_to or not workspace.bot_is_in(message.channel):
            return []
        return _about_message(change, workspace)
    if isinstance(change, Membership):
        return _membership(change, workspace)
    if isinstance(change, PersonChanged):
        return [_person(change, workspace)]
    if isinstance(change, ChannelRenamed):
        return _renamed(change, workspace)
    if isinstance(change, HomeOpened):
        return [AppEvent("app_home_opened", _home_opened(change, workspace))]
    if isinstance(change, ViewedPlaceChanged):
        return [AppEvent("app_context_changed", _viewed(change, workspace))]
    if isinstance(change, AssistantThreadStarted):
        return [AppEvent("assistant_thread_started", _assistant_thread(change, workspace))]
    if isinstance(change, SessionStopped):
        return [AppEvent("agent_session_stopped", _stopped(change, workspace))]
    return []


def _about_message(change: Posted | Edited | Removed | Reacted, workspace: Workspace) -> list[AppEvent]:
    if isinstance(change, Posted):
        return _posted(change.message, workspace)
    if isinstance(change, Edited):
        return [_edited(change, workspace)] if change.announced else []
    if isinstance(change, Removed):
        return [_removed(change.message, workspace)]
    return [_reacted(change, workspace)]


def _posted(message: Message, workspace: Workspace) -> list[AppEvent]:
    kind, subscription = _KINDS[workspace.channels[message.channel].kind]
    body = message_json(message, workspace)
    for thread_field in ("reply_count", "reply_users_count", "reply_users", "latest_reply"):
        body.pop(thread_field, None)
    if message.subtype == "thread_broadcast" and (root := workspace.message(message.channel, message.thread_ts or "")):
        body["root"] = message_json(root, workspace)
    if kind == "im" and (viewed := workspace.viewed.get(message.user)):
        body["app_context"] = {"entities": list(viewed)}
    place: JsonObject = {"channel": message.channel, "event_ts": message.ts}
    events = [AppEvent(subscription, {**body, **place, "channel_type": kind})]
    # In a direct message everything is meant for the app, and Slack sends no mention.
    if kind != "im" and message.bot_id is None and f"<@{workspace.bot.id}>" in message.text:
        copied = {k: v for k, v in body.items() if k not in ("files", "subtype")}
        events.append(AppEvent("app_mention", {**copied, **place, "type": "app_mention"}))
    return events


def _hidden(message: Message, workspace: Workspace, subtype: str) -> tuple[str, JsonObject]:
    kind, subscription = _KINDS[workspace.channels[message.channel].kind]
    ts = workspace.next_ts()
    place: JsonObject = {"channel": message.channel, "channel_type": kind, "ts": ts, "event_ts": ts}
    return subscription, {"type": "message", "subtype": subtype, "hidden": True, **place}


def _edited(change: Edited, workspace: Workspace) -> AppEvent:
    subscription, body = _hidden(change.message, workspace, "message_changed")
    before = message_json(change.before, workspace)
    return AppEvent(
        subscription, {**body, "message": message_json(change.message, workspace), "previous_message": before}
    )


def _removed(message: Message, workspace: Workspace) -> AppEvent:
    subscription, body = _hidden(message, workspace, "message_deleted")
    return AppEvent(
        subscription, {**body, "deleted_ts": message.ts, "previous_message": message_json(message, workspace)}
    )


def _reacted(change: Reacted, workspace: Workspace) -> AppEvent:
    name = "reaction_added" if change.added else "reaction_removed"
    message = change.message
    body: JsonObject = {
        "type": name,
        "user": change.user,
        "reaction": change.name,
        "item": {"type": "message", "channel": message.channel, "ts": message.ts},
        "item_user": message.user,
        "event_ts": workspace.next_ts(),
    }
    return AppEvent(name, body)


def _membership(change: Membership, workspace: Workspace) -> list[AppEvent]:
    if not workspace.bot_is_in(change.channel):
        return []
    name = "member_joined_channel" if change.joined else "member_left_channel"
    body: JsonObject = {
        "type": name,
        "user": change.user,
        "channel": change.channel,
        "channel_type": "G" if workspace.channels[change.channel].kind == "private" else "C",
        "team": workspace.team_id,
        "event_ts": workspace.next_ts(),
    }
    if change.inviter:
        body["inviter"] = change.inviter
    return [AppEvent(name, body)]


def _person(change: PersonChanged, workspace: Workspace) -> AppEvent:
    name = "team_join" if change.is_new else "user_change"
    user = member_json(change.user, workspace, locale=True)
    return AppEvent(name, {"type": name, "user": user, "cache_ts": 0, "event_ts": workspace.next_ts()})


def _renamed(change: ChannelRenamed, workspace: Workspace) -> list[AppEvent]:
    channel = change.channel
    if channel.kind == "private" and not workspace.bot_is_in(channel.id):
        return []
    name = "group_rename" if channel.kind == "private" else "channel_rename"
    told: JsonObject = {"id": channel.id, "name": channel.name, "created": 0}
    return [AppEvent(name, {"type": name, "channel": told, "event_ts": workspace.next_ts()})]


def _home_opened(change: HomeOpened, workspace: Workspace) -> JsonObject:
    channel = workspace.direct_message(change.user)
    body: JsonObject = {
        "type": "app_home_opened",
        "user": change.user,
        "channel": channel.id if channel else "",
        "tab": change.tab,
        "event_ts": workspace.next_ts(),
    }
    view = workspace.home(change.user)
    if change.tab == "home" and view:
        body["view"] = view_json(view, workspace)
    return body


def _viewed(change: ViewedPlaceChanged, workspace: Workspace) -> JsonObject:
    channel = workspace.direct_message(change.user)
    return {
        "type": "app_context_changed",
        "user": change.user,
        "channel": channel.id if channel else "",
        "context": {"entities": list(change.entities)} if change.entities else {},
        "event_ts": workspace.next_ts(),
    }


def _assistant_thread(change: AssistantThreadStarted, workspace: Workspace) -> JsonObject:
    place: JsonObject = {"user_id": change.user, "channel_id": change.channel, "thread_ts": change.thread_ts}
    thread: JsonObject = {**place, "context": {}}
    return {"type": "assistant_thread_started", "assistant_thread": thread, "event_ts": workspace.next_ts()}


def _stopped(change: SessionStopped, workspace: Workspace) -> JsonObject:
    return {
        "type": "agent_session_stopped",
        "channel": change.channel,
        "thread_ts": change.thread_ts,
        "user": change.user,
        "streaming_message_ts": list(change.streams),
        "event_ts": workspace.next_ts(),
    }
