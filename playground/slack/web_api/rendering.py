"""How the workspace's records look in Slack's JSON. Pure; what may be shown to whom is decided by the callers."""

import zlib

from playground.slack.state import sample_company
from playground.slack.state.records import Channel, File, Message, User, View
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.json_values import JsonObject
from playground.slack.web_api.translation import (
    markdown_to_blocks,
    markdown_to_mrkdwn,
    people_text_to_blocks,
    translate_blocks,
)

_CREATED = 1_700_000_000
_ZONES = {"fr-FR": ("Europe/Paris", 3600), "en-GB": ("Europe/Brussels", 3600), "en-US": ("America/New_York", -18000)}


def message_json(message: Message, workspace: Workspace) -> JsonObject:
    """A message as history, replies, events and interactions carry it."""
    text = markdown_to_mrkdwn(message.text) if message.markdown else message.text
    body: JsonObject = {"type": "message", "user": message.user, "ts": message.ts, "text": text}
    body |= _team_of(message, workspace)
    optional: JsonObject = {
        "subtype": message.subtype,
        "client_msg_id": message.client_msg_id,
        "thread_ts": message.thread_ts,
        "blocks": _blocks(message),
        "metadata": message.metadata,
        "files": [file_json(file) for file in message.files] or None,
        "reactions": [{"name": r.name, "users": list(r.users), "count": len(r.users)} for r in message.reactions]
        or None,
    }
    body |= {name: value for name, value in optional.items() if value}
    if message.edited_ts:
        body["edited"] = {"user": message.user, "ts": message.edited_ts}
    return body | _author(message, workspace) | _parent(message, workspace)


def _blocks(message: Message) -> list[JsonObject]:
    """The blocks as they come back: rich text for Markdown, and for what a person wrote."""
    if message.bot_id is None:
        return people_text_to_blocks(message.text)
    written: list[JsonObject] = []
    for part in message.parts if message.markdown else ():
        written += markdown_to_blocks(part) if isinstance(part, str) else [part]
    return [*_task_blocks(message), *written, *translate_blocks(message.blocks)]


def _task_blocks(message: Message) -> list[JsonObject]:
    """The tasks of a stream: together in a plan, or as cards."""
    cards: list[JsonObject] = [
        {
            "type": "task_card",
            "task_id": task.id,
            "title": task.title,
            "status": task.status,
            **({"output": people_text_to_blocks(task.output)[0]} if task.output else {}),
            **({"sources": list(task.sources)} if task.sources else {}),
        }
        for task in message.tasks
    ]
    if not (message.has_plan and cards):
        return cards
    return [{"type": "plan", "title": message.plan_title or cards[-1]["title"], "tasks": cards}]


def _team_of(message: Message, workspace: Workspace) -> JsonObject:
    """Whose member wrote it: in a shared channel that may be somebody of another workspace."""
    author = workspace.users.get(message.user)
    if author is None or not author.team:
        return {"team": workspace.team_id}
    return {"team": author.team, "user_team": author.team, "source_team": author.team}


def _author(message: Message, workspace: Workspace) -> JsonObject:
    if message.bot_id is None:
        return {}
    profile = {"id": message.bot_id, "app_id": sample_company.APP_ID, "name": workspace.bot.real_name, "deleted": False}
    return {"bot_id": message.bot_id, "app_id": sample_company.APP_ID, "bot_profile": profile}


def _parent(message: Message, workspace: Workspace) -> JsonObject:
    if message.is_reply:
        parent = workspace.message(message.channel, message.thread_ts or "")
        return {"parent_user_id": parent.user} if parent else {}
    replies = workspace.replies(message.channel, message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }


def file_json(file: File) -> JsonObject:
    """A shared file."""
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": file.mimetype,
        "filetype": file.name.rpartition(".")[2],
        "user": file.user,
        "size": len(file.content),
        "mode": "hosted",
        "url_private": file.url,
        "url_private_download": file.url,
        **({"alt_txt": file.alt_txt} if file.alt_txt else {}),
    }


def channel_json(channel: Channel, workspace: Workspace) -> JsonObject:
    """A conversation."""
    body: JsonObject = {
        "id": channel.id,
        "created": _CREATED,
        "updated": _CREATED * 1000,
        "is_archived": False,
        "is_im": channel.kind == "im",
        "is_mpim": channel.kind == "mpim",
        "context_team_id": workspace.team_id,
    }
    shared = workspace.is_shared(channel)
    if channel.kind == "im":
        return body | {"user": channel.person(workspace.bot.id), "is_user_deleted": False, "priority": 0}
    return body | {
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": channel.kind == "public",
        "is_group": channel.kind == "private",
        "is_private": channel.kind in ("private", "mpim"),
        "is_general": channel.name == "general",
        "is_member": workspace.bot.id in channel.members,
        "is_shared": shared,
        "is_ext_shared": shared,
        "is_pending_ext_shared": channel.invites,
        "is_org_shared": False,
        "topic": {"value": channel.topic, "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
        "num_members": len(channel.members),
    }


def opened_json(channel: Channel, workspace: Workspace) -> JsonObject:
    """A direct message as conversations.open tells of it."""
    kept = ("id", "created", "is_im", "is_org_shared", "user", "priority")
    body = {"is_org_shared": False, **channel_json(channel, workspace)}
    return {**{name: body[name] for name in kept}, "is_open": True}


def user_json(user: User, workspace: Workspace, *, locale: bool) -> JsonObject:
    """A person or the bot, as users.info tells; the locale only when the call asked for it."""
    return {**member_json(user, workspace, locale=locale), "is_stranger": bool(user.team)}


def member_json(user: User, workspace: Workspace, *, locale: bool) -> JsonObject:
    """A person or the bot, as users.list and events tell."""
    zone, offset = _ZONES.get(user.locale, _ZONES["en-US"])
    first, _, last = user.real_name.partition(" ")
    body: JsonObject = {
        "id": user.id,
        "team_id": user.team or workspace.team_id,
        "name": user.name,
        "deleted": False,
        "color": f"{zlib.crc32(user.id.encode()) & 0xFFFFFF:06x}",
        "real_name": user.real_name,
        "tz": zone,
        "tz_label": zone,
        "tz_offset": offset,
        "profile": {
            "title": user.title,
            "real_name": user.real_name,
            "display_name": user.name,
            "first_name": first,
            "last_name": last,
            "team": user.team or workspace.team_id,
        },
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_primary_owner": False,
        "is_restricted": user.is_guest,
        "is_ultra_restricted": False,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": _CREATED,
    }
    body |= _enterprise_user(user, workspace)
    return body | {"locale": user.locale} if locale else body


def _enterprise_user(user: User, workspace: Workspace) -> JsonObject:
    """In an Enterprise Grid, `team_id` may be another workspace's: who is in which is in `enterprise_user.teams`."""
    if workspace.enterprise_id is None or user.team or user.is_bot:
        return {}
    teams = [workspace.team_id, *([sample_company.OTHER_TEAM_ID] if user.is_admin else [])]
    about: JsonObject = {
        "id": user.id,
        "enterprise_id": workspace.enterprise_id,
        "enterprise_name": sample_company.ENTERPRISE_NAME,
        "is_admin": False,
        "is_owner": False,
        "is_primary_owner": False,
        "teams": teams,
    }
    return {"enterprise_user": about, "team_id": teams[-1] if user.is_admin else None}


def view_json(view: View, workspace: Workspace) -> JsonObject:
    """A modal or a home tab."""
    defaults: JsonObject = {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        "title": None,
        "submit": None,
        "close": None,
        "clear_on_close": False,
        "notify_on_close": False,
    }
    return {
        **defaults,
        **view.body,
        "id": view.id,
        "type": view.kind,
        "team_id": workspace.team_id,
        "hash": view.hash,
        "state": {"values": view.values},
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": sample_company.APP_ID,
        "app_installed_team_id": workspace.team_id,
        "bot_id": workspace.bot_id,
    }
