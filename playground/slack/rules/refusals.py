"""The codes with which each method refuses a call. The local Slack answers no other.

They are those of Slack's method reference; `DIFFERENCES` has the reason for each code that is not there.
"""

from collections.abc import Mapping

# What every method may answer: about its token, its rate and the form of its arguments.
COMMON = frozenset(
    {
        "invalid_arguments",
        "invalid_auth",
        "invalid_json",
        "json_not_object",
        "missing_scope",
        "not_allowed_token_type",
        "not_authed",
        "ratelimited",
        "token_revoked",
        "unknown_method",
    }
)
_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"})
_WRITTEN = _BLOCKS | {"invalid_metadata_format", "markdown_text_conflict", "msg_too_long", "no_text"}
_PLACED = frozenset({"cannot_reply_to_message", "channel_not_found", "not_in_channel", "thread_not_found"})
_CHUNKS = frozenset(
    {"cannot_provide_both_markdown_text_and_chunks", "invalid_chunks", "msg_too_long", "streaming_mode_mismatch"}
)
_STREAMED = _CHUNKS | {"channel_not_found", "message_not_found", "message_not_owned_by_app"}
_OPEN_STREAM = frozenset({"message_not_in_streaming_state", "stopped_by_user"})
_PAGES = frozenset({"invalid_cursor", "invalid_limit"})
_TRIGGERS = frozenset({"exchanged_trigger_id", "expired_trigger_id", "invalid_trigger_id"})
_PINNED = frozenset({"channel_not_found", "message_not_found", "no_item_specified"})
_VIEW = frozenset({"duplicate_external_id", "view_too_large"})
_SESSION = frozenset({"channel_not_found", "feature_disabled", "not_authorized", "thread_ts_required"})

REFUSALS: Mapping[str, frozenset[str]] = {
    "agents.sessions.rename": _SESSION | {"session_not_found"},
    "agents.sessions.setStatus": _SESSION | {"invalid_status", "user_not_found"},
    "api.test": frozenset(),
    "apps.connections.open": frozenset(),
    "assistant.threads.setStatus": frozenset({"channel_not_found", "invalid_thread_ts"}),
    "assistant.threads.setSuggestedPrompts": frozenset({"channel_not_found", "not_agent_app"}),
    "assistant.threads.setTitle": frozenset({"channel_not_found", "invalid_thread_ts"}),
    "auth.test": frozenset(),
    "blocks.validate": frozenset({"invalid_blocks", "invalid_message", "invalid_view"}),
    "bots.info": frozenset({"bot_not_found"}),
    "chat.appendStream": _STREAMED | _OPEN_STREAM | _BLOCKS | {"markdown_text_or_chunks_required"},
    "chat.delete": frozenset({"cant_delete_message", "channel_not_found", "message_not_found"}),
    "chat.deleteScheduledMessage": frozenset({"channel_not_found", "invalid_scheduled_message_id"}),
    "chat.getPermalink": frozenset({"channel_not_found", "message_not_found"}),
    "chat.postEphemeral": _WRITTEN | _PLACED | {"user_not_in_channel", "would_unfurl"},
    "chat.postMessage": _WRITTEN | _PLACED | {"would_unfurl"},
    "chat.scheduleMessage": _WRITTEN | _PLACED | {"invalid_time", "time_in_past", "time_too_far", "would_unfurl"},
    "chat.scheduledMessages.list": _PAGES | {"invalid_channel"},
    "chat.startStream": _CHUNKS
    | _PLACED
    | _BLOCKS
    | {"missing_recipient_team_id", "missing_recipient_user_id", "team_not_found", "user_not_found"},
    "chat.stopStream": _STREAMED | _OPEN_STREAM | _BLOCKS | {"invalid_metadata_format"},
    "chat.update": _WRITTEN
    | {"cant_update_message", "channel_not_found", "message_not_found", "streaming_state_conflict"},
    "conversations.create": frozenset(
        {"invalid_name_maxlength", "invalid_name_required", "invalid_name_specials", "name_taken"}
    ),
    "conversations.invite": frozenset(
        {
            *("already_in_channel", "cant_invite_self", "channel_not_found", "not_in_channel", "user_not_found"),
            "method_not_supported_for_channel_type",
        }
    ),
    "conversations.join": frozenset({"channel_not_found", "method_not_supported_for_channel_type"}),
    "conversations.history": _PAGES | {"channel_not_found", "invalid_ts_latest", "invalid_ts_oldest", "not_in_channel"},
    "conversations.info": frozenset({"channel_not_found"}),
    "conversations.list": _PAGES | {"invalid_types", "missing_argument"},
    "conversations.members": _PAGES | {"channel_not_found"},
    "conversations.open": frozenset(
        {"channel_not_found", "not_enough_users", "user_not_found", "users_list_not_supplied"}
    ),
    "conversations.replies": _PAGES
    | {"channel_not_found", "invalid_ts_latest", "invalid_ts_oldest", "thread_not_found"},
    "emoji.list": frozenset(),
    "files.completeUploadExternal": _BLOCKS | _PLACED | {"channels_limit_exceeded", "file_not_found"},
    "files.getUploadURLExternal": frozenset({"alt_txt_too_large", "missing_argument"}),
    "files.info": frozenset({"file_not_found"}),
    "functions.completeError": frozenset({"execution_not_in_running_state", "function_execution_not_found"}),
    "functions.completeSuccess": frozenset(
        {"execution_not_in_running_state", "function_execution_not_found", "parameter_validation_failed"}
    ),
    "pins.add": _PINNED | {"already_pinned", "too_many_pins"},
    "pins.list": frozenset({"channel_not_found"}),
    "pins.remove": _PINNED | {"no_pin"},
    "reactions.add": frozenset({"already_reacted", "channel_not_found", "invalid_name", "message_not_found"}),
    "reactions.remove": frozenset({"channel_not_found", "invalid_name", "message_not_found", "no_reaction"}),
    "team.info": frozenset({"team_not_found"}),
    "usergroups.list": frozenset({"missing_argument"}),
    "usergroups.users.list": frozenset({"no_such_subteam"}),
    "users.conversations": _PAGES | {"invalid_types", "missing_argument", "user_not_found"},
    "users.info": frozenset({"user_not_found"}),
    "users.list": _PAGES | {"missing_argument"},
    "users.lookupByEmail": frozenset({"users_not_found"}),
    "users.profile.get": frozenset({"user_not_found"}),
    "views.open": _TRIGGERS | _VIEW,
    "views.publish": _VIEW | {"hash_conflict"},
    "views.push": _TRIGGERS | _VIEW | {"not_found", "push_limit_reached"},
    "views.update": _VIEW | {"hash_conflict", "not_found"},
}

# Codes that the local Slack answers although the method's page does not list them, each with its reason.
DIFFERENCES: Mapping[str, str] = {
    "cannot_provide_both_markdown_text_and_chunks": "on the page of chat.stopStream today; the reference is older",
    "cannot_reply_to_message": "listed for chat.postMessage; a stream in a thread is posted likewise",
    "invalid_arguments": "Slack's general answer to arguments that its schema refuses; the pages leave it out",
    "invalid_auth": "Slack's general answer to an unknown token; few pages list it",
    "invalid_blocks_format": "listed for the other methods that take blocks",
    "invalid_json": "Slack's general answer to a body that is no JSON; the pages leave it out",
    "invalid_limit": "listed for the other methods that give pages",
    "invalid_metadata_format": "listed for the other methods that take metadata",
    "json_not_object": "Slack's general answer to a body that is no object; the pages leave it out",
    "markdown_text_or_chunks_required": "reported for the streams; their pages list no code for it",
    "msg_blocks_too_long": "listed for the other methods that take blocks",
    "msg_too_long": "listed for chat.update and chat.postEphemeral; reported for the streams",
    "stopped_by_user": "listed for chat.appendStream; a stop of the same stream is refused likewise",
    "streaming_mode_mismatch": "on the page of chat.stopStream today; the reference is older",
    "thread_not_found": "listed for conversations.replies; the pages name no code for a post into no thread",
    "user_not_found": "listed for users.info; the page names no code for somebody unknown",
    "would_unfurl": "no code of Slack's: tests use it to find a post whose links could unfurl",
}


class UnlistedRefusal(Exception):
    """The local Slack was about to answer a code that Slack does not know for the method: a fault of its own."""


def check_refusal(method: str, code: str) -> None:
    """Refuse to answer a code that is not listed for a method."""
    if code not in COMMON | REFUSALS[method]:
        raise UnlistedRefusal(f"{method} answers {code}, which is not in REFUSALS.")
