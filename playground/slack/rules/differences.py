"""Where the local Slack's answers and events differ from those of real workspaces, each with its reason.

A test compares all that it sends with recorded answers and events, by fields and types; docs/conformance.md shows both
lists. A name is the kind of thing (a method, an event, or `message`, `view`, `envelope`), then the field.
"""

from collections.abc import Mapping

# Fields that it sends although no record has them, or in another type.
OTHER_FIELDS: Mapping[str, str] = {
    "block_actions state.values*": "the record is of a button, which has no state; a message with inputs has one",
    "channel_rename event_ts": "the reference's example is the bare event; every delivered event has its time",
    "chat.scheduledMessages.list scheduled_messages[].id": "a text in chat.scheduleMessage; the example is older",
    "command is_enterprise_install": "Slack sends commands as a form, so as a text; the record was made by a library",
    "emoji.list *": "the reference's example is cut short",
    "message app_context*": "documented in July 2026; the records are older",
    "team_join cache_ts": "as in `user_change`; the reference's example is cut short",
    "team_join event_ts": "the reference's example is cut short",
    "team_join user.*": "as in `user_change`; the reference's example is cut short",
    "users.lookupByEmail user.profile.*": "as in `users.info`",
    "view_submission response_urls": "documented; the record has none, as its window asked for none",
}

# Fields of the records that it never sends. An asterisk stands for any rest.
LEFT_OUT: Mapping[str, str] = {
    "* error": "of refusals, which are compared by their codes",
    "* needed": "of refusals",
    "* provided": "of refusals",
    "* warning": "of calls that it would warn about: it warns of a missing subscription only",
    "api.test args": "what was given is not repeated",
    "assistant.threads.* detail": "of refusals",
    "files.info *": "files are kept as they are: no previews, comments, pages or sharing",
    "message files[].*": "files are kept as they are: no previews, comments, pages or sharing",
    "message file*": "events of single files are not sent",
    "message upload": "the subtype `file_share` tells it",
    "message attachments*": "attachments are from before blocks; no app of today needs them",
    "message *icon*": "apps and messages have no pictures",
    "message bot_*": "apps and messages have no pictures, and nobody else's app is installed",
    "message user*": "who wrote is told by the id alone",
    "message source_team": "told where somebody of another workspace wrote",
    "message item*": "no notices of Slack's own about channels and files",
    "message room": "no huddles",
    "message inviter": "no notices of Slack's own about channels and files",
    "message topic": "no notices of Slack's own about channels and files",
    "message purpose": "no notices of Slack's own about channels and files",
    "message *": "the rest of what only older apps and other clients use",
    "app_mention *": "as in `message`",
    "envelope authed_*": "from before `authorizations`",
    "envelope enterprise_id": "sent within `authorizations`",
    "* *enterprise*": "only a workspace of a Grid has them; there, people have `enterprise_user`",
    "* bot_access_token": "no workflow functions",
    "* function_data*": "no workflow functions",
    "* interactivity*": "no workflow functions",
    "auth.test *": "optional, and no app needs them",
    "block_actions actions[].*": "of elements that nobody pressed here",
    "block_actions app_unfurl*": "no links unfurl",
    "block_actions container.*": "no links unfurl, and the pressed message began no thread",
    "blocks.validate errors*": "of refusals; test_files.py compares one",
    "blocks.validate response_metadata*": "of refusals",
    "bots.info *image*": "apps have no pictures",
    "chat.postMessage *": "as in `message`",
    "chat.scheduleMessage message.*": "as in `message`",
    "chat.update *": "as in `message`",
    "conversations.* *": "of Slack Connect, canvases, reading marks and channel settings, which it has not",
    "users.conversations *": "of Slack Connect, canvases, reading marks and channel settings, which it has not",
    "users.info user.*": "no pictures, presence, phones or addresses of people",
    "users.list *": "no pictures, presence, phones or addresses of people",
    "users.lookupByEmail user.*": "no pictures, presence, phones or status of people",
    "users.profile.get profile.*": "no pictures, presence, phones or status of people",
    "user_change user.*": "no pictures, presence, phones or addresses of people",
    "team.info team.icon": "the workspace has no picture",
    "view *": "windows of links and of Slack's own apps are not played",
    "views.* response_metadata*": "sent with a refusal of a view only",
    "view_submission is_cleared": "a field of closed views; the record was made by a library",
}


def find_reason(reasons: Mapping[str, str], kind: str, name: str) -> str | None:
    """The entry that covers a field, the narrowest first; None where none does."""
    fitting = [entry for entry in reasons if _covers(entry, kind, name)]
    return max(fitting, key=len) if fitting else None


def _covers(entry: str, kind: str, name: str) -> bool:
    kinds, _, names = entry.partition(" ")
    return _fits(kinds, kind) and _fits(names, name)


def _fits(pattern: str, text: str) -> bool:
    """Whether a text has the pattern's parts, which asterisks divide, in their order, from its beginning to its end."""
    first, *others = pattern.split("*")
    if not others:
        return text == first
    if not text.startswith(first):
        return False
    *middle, last = others
    at = len(first)
    for part in middle:
        found = text.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return text.endswith(last) and len(text) - len(last) >= at
