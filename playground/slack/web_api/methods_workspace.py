"""Methods about the workspace, its people and the app itself: channels to make and join, groups, users.*, auth.test."""

import re
from collections.abc import Callable, Iterable

from playground.slack.rules.errors import SlackError
from playground.slack.state import sample_company
from playground.slack.state.records import Channel, ChannelKind, User
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject, as_object
from playground.slack.web_api.methods import Method, Methods, joined_channel, paginate, require_team, visible_channel
from playground.slack.web_api.rendering import channel_json, member_json, user_json

_CHANNEL_NAME = re.compile(r"[\w-]+")
_MOST_CHARACTERS = 80  # of a channel's name
_CREATED = 1_700_000_000
_CHANNEL_FIELDS = (
    *("id", "name", "created", "is_archived", "is_channel", "is_ext_shared", "is_general", "is_group", "is_im"),
    *("is_member", "is_mpim", "is_org_shared", "is_pending_ext_shared", "is_private", "is_shared", "name_normalized"),
    *("purpose", "topic"),
)


class WorkspaceMethods:
    """Answers for the whole workspace. People's addresses are their names at the company's domain."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    def methods(self) -> Methods:
        """By name."""
        return {
            "api.test": Method(self.test),
            "conversations.create": Method(self.create_channel),
            "conversations.invite": Method(self.invite_people, ("channel", "users")),
            "conversations.join": Method(self.join_channel, ("channel",)),
            "emoji.list": Method(self.list_emoji),
            "team.info": Method(self.describe_team),
            "usergroups.list": Method(self.list_groups),
            "users.lookupByEmail": Method(self.find_by_email, ("email",)),
            "users.profile.get": Method(self.get_profile),
        }

    def test(self, arguments: Arguments) -> JsonObject:
        """api.test: all is well, whatever it is given."""
        del arguments
        return {"ok": True}

    def create_channel(self, arguments: Arguments) -> JsonObject:
        """conversations.create: the app is the first member."""
        name = arguments.text("name")
        if not name:
            raise SlackError("invalid_name_required")
        if len(name) > _MOST_CHARACTERS:
            raise SlackError("invalid_name_maxlength")
        if name != name.lower() or not _CHANNEL_NAME.fullmatch(name):
            raise SlackError("invalid_name_specials")
        if self.workspace.find_channel(name):
            raise SlackError("name_taken")
        kind: ChannelKind = "private" if arguments.flag("is_private") else "public"
        made = Channel(f"CNEW{len(self.workspace.channels):04d}", name, kind, ())
        self.workspace.channels[made.id] = made
        self.workspace.join(made.id, self.workspace.bot.id)
        return self._answer(made.id)

    def join_channel(self, arguments: Arguments) -> JsonObject:
        """conversations.join: a public channel."""
        channel = visible_channel(self.workspace, arguments.text("channel"))
        if channel.kind != "public":
            raise SlackError("method_not_supported_for_channel_type")
        was_in = self.workspace.bot.id in channel.members
        self.workspace.join(channel.id, self.workspace.bot.id)
        warned: JsonObject = {
            "warning": "already_in_channel",
            "response_metadata": {"warnings": ["already_in_channel"]},
        }
        return {**self._answer(channel.id), **(warned if was_in else {})}

    def invite_people(self, arguments: Arguments) -> JsonObject:
        """conversations.invite: into a channel of the app."""
        channel = joined_channel(self.workspace, arguments.text("channel"))
        if channel.kind == "im":
            raise SlackError("method_not_supported_for_channel_type")
        users = [name.strip() for name in arguments.text("users").split(",")]
        self._check_invited(channel, users)
        for user in users:
            self.workspace.join(channel.id, user, inviter=self.workspace.bot.id)
        return self._answer(channel.id)

    def _check_invited(self, channel: Channel, users: Iterable[str]) -> None:
        for user in users:
            if user not in self.workspace.users:
                raise SlackError("user_not_found")
            if user == self.workspace.bot.id:
                raise SlackError("cant_invite_self")
            if user in channel.members:
                raise SlackError("already_in_channel")

    def _answer(self, channel: str) -> JsonObject:
        body = channel_json(self.workspace.channels[channel], self.workspace)
        return {"ok": True, "channel": {name: body[name] for name in _CHANNEL_FIELDS}}

    def list_emoji(self, arguments: Arguments) -> JsonObject:
        """emoji.list: the workspace has no emoji of its own."""
        del arguments
        return {"ok": True, "emoji": {}, "cache_ts": self.workspace.next_ts()}

    def describe_team(self, arguments: Arguments) -> JsonObject:
        """team.info."""
        if arguments.text("team") not in ("", self.workspace.team_id):
            raise SlackError("team_not_found")
        domain = sample_company.TEAM_DOMAIN
        about: JsonObject = {"id": self.workspace.team_id, "name": self.workspace.team_name, "domain": domain}
        return {"ok": True, "team": {**about, "email_domain": f"{domain}.example"}}

    def list_groups(self, arguments: Arguments) -> JsonObject:
        """usergroups.list."""
        require_team(self.workspace, arguments)
        return {"ok": True, "usergroups": [self._group(name) for name in self.workspace.usergroups]}

    def _group(self, name: str) -> JsonObject:
        handle = name[1:].lower()
        return {
            "id": name,
            "team_id": self.workspace.team_id,
            "is_usergroup": True,
            "name": handle.capitalize(),
            "description": "",
            "handle": handle,
            "is_external": False,
            "date_create": _CREATED,
            "date_update": _CREATED,
            "date_delete": 0,
            "auto_type": None,
            "created_by": "USLACKBOT",
            "updated_by": "USLACKBOT",
            "deleted_by": None,
            "prefs": {"channels": [], "groups": []},
            "user_count": str(len(self.workspace.usergroups[name])),
        }

    def find_by_email(self, arguments: Arguments) -> JsonObject:
        """users.lookupByEmail."""
        wanted = arguments.text("email").casefold()
        user = next((one for one in self.workspace.users.values() if _address(one) == wanted), None)
        if user is None or user.is_bot:
            raise SlackError("users_not_found")
        body = member_json(user, self.workspace, locale=False)
        return {"ok": True, "user": {**body, "profile": _profile(user, body)}}

    def get_profile(self, arguments: Arguments) -> JsonObject:
        """users.profile.get: of a person, or of the app."""
        user = self.workspace.users.get(arguments.text("user") or self.workspace.bot.id)
        if user is None:
            raise SlackError("user_not_found")
        profile = _profile(user, member_json(user, self.workspace, locale=False))
        return {"ok": True, "profile": {name: value for name, value in profile.items() if name != "team"}}


def _address(user: User) -> str:
    return f"{user.name}@{sample_company.TEAM_DOMAIN}.example"


def _profile(user: User, body: JsonObject) -> JsonObject:
    return {**as_object(body["profile"]), **({} if user.is_bot else {"email": _address(user)})}


class PeopleMethods:
    """Returns people and the app itself; `origin` is the address of this Slack."""

    def __init__(self, workspace: Workspace, origin: Callable[[], str]) -> None:
        self.workspace = workspace
        self.origin = origin

    def methods(self) -> Methods:
        """By name."""
        return {
            "auth.test": Method(self.auth_test),
            "bots.info": Method(self.bot_info),
            "usergroups.users.list": Method(self.group_members, ("usergroup",)),
            "users.info": Method(self.user_info, ("user",)),
            "users.list": Method(self.user_list),
        }

    def auth_test(self, arguments: Arguments) -> JsonObject:
        """auth.test: whose token this is."""
        del arguments
        return {
            "ok": True,
            "url": f"{self.origin()}/",
            "team": self.workspace.team_name,
            "user": self.workspace.bot.name,
            "team_id": self.workspace.team_id,
            "user_id": self.workspace.bot.id,
            "bot_id": self.workspace.bot_id,
            "is_enterprise_install": self.workspace.is_org_install,
            **({"enterprise_id": self.workspace.enterprise_id} if self.workspace.enterprise_id else {}),
        }

    def bot_info(self, arguments: Arguments) -> JsonObject:
        """bots.info."""
        if arguments.text("bot") not in ("", self.workspace.bot_id):
            raise SlackError("bot_not_found")
        bot = self.workspace.bot
        about = {"id": self.workspace.bot_id, "app_id": sample_company.APP_ID, "user_id": bot.id, "name": bot.real_name}
        return {"ok": True, "bot": {**about, "deleted": False, "updated": 0, "icons": {}}}

    def group_members(self, arguments: Arguments) -> JsonObject:
        """usergroups.users.list: the ids of a group's members."""
        members = self.workspace.usergroups.get(arguments.text("usergroup"))
        if members is None:
            raise SlackError("no_such_subteam")
        return {"ok": True, "users": list(members)}

    def user_info(self, arguments: Arguments) -> JsonObject:
        """users.info; the locale comes only with include_locale."""
        user = self.workspace.users.get(arguments.text("user"))
        if user is None:
            raise SlackError("user_not_found")
        locale = bool(arguments.flag("include_locale"))
        return {"ok": True, "user": user_json(user, self.workspace, locale=locale)}

    def user_list(self, arguments: Arguments) -> JsonObject:
        """users.list."""
        require_team(self.workspace, arguments)
        locale = bool(arguments.flag("include_locale"))
        page, more = paginate(tuple(self.workspace.users.values()), arguments, 200, 1000)
        return {"ok": True, "members": [member_json(u, self.workspace, locale=locale) for u in page], **more}
