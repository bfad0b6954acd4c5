"""The JSON of the page: the workspace, and the changes that a person may see. Pure."""

from playground.slack.rules.manifest import Manifest
from playground.slack.rules.message_content import IMAGE_TYPES
from playground.slack.state.changes import (
    BotConnected,
    Change,
    Edited,
    HomePublished,
    Membership,
    Posted,
    PromptsSet,
    Reacted,
    Removed,
    SessionSet,
    StatusSet,
    TitleSet,
    ViewClosed,
    ViewShown,
)
from playground.slack.state.records import File, Message
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.json_values import JsonObject
from playground.slack.web_api.rendering import view_json

_SLACKBOT = "Slackbot"


def build_page_state(workspace: Workspace, manifest: Manifest, connected: bool, version: str) -> JsonObject:
    """Build the state that the page needs at its start."""
    bot = workspace.bot
    return {
        "team": {"id": workspace.team_id, "name": workspace.team_name},
        "bot": {"user_id": bot.id, "name": bot.name, "connected": connected},
        "users": [
            {
                "id": user.id,
                "name": user.name,
                "real_name": user.real_name,
                "locale": user.locale,
                "is_admin": user.is_admin,
                "is_guest": user.is_guest or bool(user.team),
                "is_bot": user.is_bot,
                "title": user.title,
            }
            for user in workspace.users.values()
        ],
        "channels": [
            {
                "id": channel.id,
                "name": channel.name,
                "kind": channel.kind,
                "members": list(channel.members),
                "topic": channel.topic,
            }
            for channel in workspace.channels.values()
        ],
        "commands": [
            {"command": c.command, "description": c.description, "usage_hint": c.usage_hint} for c in manifest.commands
        ],
        "shortcuts": [{"name": one.name, "callback_id": one.callback_id} for one in manifest.shortcuts],
        "version": version,
    }


def message_for_page(message: Message, workspace: Workspace) -> JsonObject:
    """Build the JSON of a message for the page."""
    author = workspace.users.get(message.user)
    replies = [] if message.is_reply or message.ephemeral_to else workspace.replies(message.channel, message.ts)
    body: JsonObject = {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "username": author.real_name if author else _SLACKBOT,
        "is_bot": message.bot_id is not None or author is None,
        "text": message.text,
        "markdown": message.markdown,
        "edited": message.edited_ts is not None,
        "ephemeral": message.ephemeral_to is not None,
        "streaming": message.streaming,
        "reply_count": len(replies),
        "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
    }
    optional: JsonObject = {
        "thread_ts": message.thread_ts,
        "parts": message.parts if message.inserted else None,
        "blocks": list(message.blocks),
        "tasks": [
            {"id": t.id, "title": t.title, "status": t.status, "output": t.output, "sources": list(t.sources)}
            for t in message.tasks
        ],
        "plan": message.plan_title if message.has_plan and message.tasks else None,
        "latest_reply": replies[-1].ts if replies else None,
        "files": [_file_for_page(file) for file in message.files],
        "reactions": [{"name": r.name, "users": list(r.users)} for r in message.reactions],
        "metadata": message.metadata,
    }
    return body | {name: value for name, value in optional.items() if value}


def _file_for_page(file: File) -> JsonObject:
    """A file's name and address; a picture's words and the address at which the page may load it."""
    body: JsonObject = {"name": file.title or file.name, "url": file.url}
    if file.mimetype in IMAGE_TYPES:
        body |= {"picture": f"/playground/pictures/{file.id}", "words": file.alt_txt or file.title or file.name}
    return body


def build_update_frames(change: Change, user: str, workspace: Workspace) -> list[JsonObject]:
    """Build the frames of a change for a person's page; none if they may not see it."""
    if isinstance(change, Posted | Edited | Reacted | Removed):
        return _of_message(change, user, workspace)
    if isinstance(change, StatusSet | PromptsSet | TitleSet | SessionSet):
        return [_of_thread(change)] if user in workspace.channels[change.channel].members else []
    if isinstance(change, ViewShown | ViewClosed):
        return _of_view(change, user, workspace)
    if isinstance(change, HomePublished):
        return [{"type": "home"}] if change.user == user else []
    if isinstance(change, BotConnected):
        return [{"type": "bot", "connected": change.connected}]
    return [{"type": "state"}] if isinstance(change, Membership) else []


def _of_message(change: Posted | Edited | Reacted | Removed, user: str, workspace: Workspace) -> list[JsonObject]:
    message = change.message
    if user not in workspace.channels[message.channel].members or message.ephemeral_to not in (None, user):
        return []
    frames: list[JsonObject] = []
    if isinstance(change, Removed):
        place = {"thread_ts": message.thread_ts} if message.thread_ts else {}
        frames.append({"type": "message_deleted", "channel": message.channel, "ts": message.ts, **place})
    else:
        frames.append({"type": "message", "message": message_for_page(message, workspace)})
    # The parent's count of replies is part of the parent.
    parent = workspace.message(message.channel, message.thread_ts or "") if message.is_reply else None
    if parent and not message.ephemeral_to and isinstance(change, Posted | Removed):
        frames.append({"type": "message", "message": message_for_page(parent, workspace)})
    return frames


def _of_thread(change: StatusSet | PromptsSet | TitleSet | SessionSet) -> JsonObject:
    place: JsonObject = {"channel": change.channel}
    if change.thread_ts:
        place["thread_ts"] = change.thread_ts
    if isinstance(change, StatusSet):
        messages = list(change.loading_messages)
        return {"type": "status", **place, "status": change.status, "loading_messages": messages}
    if isinstance(change, SessionSet):
        return {"type": "session", **place, "status": change.status, "stoppable": change.stoppable}
    if isinstance(change, TitleSet):
        return {"type": "thread_title", **place, "title": change.title}
    title: JsonObject = {"title": change.title} if change.title else {}
    return {"type": "prompts", **place, **title, "prompts": list(change.prompts)}


def _of_view(change: ViewShown | ViewClosed, user: str, workspace: Workspace) -> list[JsonObject]:
    if change.view.user != user:
        return []
    if isinstance(change, ViewClosed):
        return [{"type": "view_closed", "view_id": change.view.id}]
    return [{"type": "view", "view": view_json(change.view, workspace)}]
