"""The methods about people and the app itself: auth.test, users.*, bots.info."""

from collections.abc import Callable

from playground.slack.rules.errors import SlackError
from playground.slack.state import sample_company
from playground.slack.state.workspace import Workspace
from playground.slack.web_api.arguments import Arguments
from playground.slack.web_api.json_values import JsonObject
from playground.slack.web_api.methods import Method, Methods, paginate, require_team
from playground.slack.web_api.rendering import member_json, user_json


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
