"""Names the errors of calls to Slack, and remembers which optional methods Slack refuses for good.

A feature that is off in a workspace would otherwise cost a call for each answer. A restart asks again.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import aiohttp
from slack_sdk.errors import SlackApiError

log = logging.getLogger(__name__)
# The errors that a call to Slack may raise.
SLACK_ERRORS = (SlackApiError, aiohttp.ClientError, TimeoutError)
# An answer is possible without these.
OPTIONAL_METHODS = frozenset(
    {
        "agents.sessions.rename",
        "agents.sessions.setStatus",
        "assistant.threads.setSuggestedPrompts",
        "chat.startStream",
        "reactions.add",
    }
)
# Codes of Slack's method reference that the next call would get, too.
REFUSED_FOR_GOOD = frozenset(
    {
        "access_denied",
        "deprecated_endpoint",
        "enterprise_is_restricted",
        "feature_disabled",
        "is_bot",
        "method_deprecated",
        "missing_scope",
        "not_agent_app",
        "not_allowed_token_type",
        "unknown_method",
    }
)
# Refusals of one message for its size.
TOO_LONG = frozenset({"msg_too_long", "msg_blocks_too_long"})


def get_error_code(error: Exception) -> str:
    """Slack's code of a refusal, or the type of another error."""
    if not isinstance(error, SlackApiError):
        return type(error).__name__
    # The error page of a gateway is not JSON: then the response holds text, or is not Slack's.
    answer = getattr(error.response, "data", error.response)
    return str(answer.get("error")) if isinstance(answer, dict) else "unreadable"


@dataclass(slots=True)
class RefusedMethods:
    """The optional methods that Slack refuses for good, with the refusal of each.

    `takes_no_steps` says that it has refused the steps of an answer, `takes_no_data_tables` a data table; then they are
    sent no more. Where it has taken a data table before, only the one that it refuses is shown in another way.
    """

    takes_no_steps: bool = False
    takes_no_data_tables: bool = False
    has_taken_data_tables: bool = False
    _refusals: dict[str, SlackApiError] = field(default_factory=dict)

    def refuse_data_tables(self, code: str) -> None:
        """Remember that Slack takes no data table, unless it has taken one or this one was too long."""
        if not (self.has_taken_data_tables or code in TOO_LONG):
            log.warning("not asked for again block=data_table error=%s", code)
            self.takes_no_data_tables = True

    def check_method(self, method: str) -> None:
        """Raise the refusal that a call would get again."""
        if (refusal := self._refusals.get(method)) is not None:
            raise SlackApiError("refused before", refusal.response)  # type: ignore[no-untyped-call] # the SDK's own

    def remember_refusal(self, method: str, refusal: SlackApiError) -> None:
        """Remember a refusal if it is for good, and the method optional."""
        if method in OPTIONAL_METHODS and get_error_code(refusal) in REFUSED_FOR_GOOD:
            log.warning("not asked for again method=%s error=%s", method, get_error_code(refusal))
            self._refusals[method] = refusal
