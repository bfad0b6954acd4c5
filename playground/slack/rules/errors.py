"""The errors: Slack's codes for the app, sentences for people."""

from collections.abc import Sequence

from playground.slack.web_api.json_values import JsonObject


class SlackError(Exception):
    """A Web API call refused, with the code that Slack would answer."""

    def __init__(self, code: str, messages: Sequence[str] = (), *, also_errors: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.messages = tuple(messages)
        self.also_errors = also_errors

    def answer(self) -> JsonObject:
        """The body of the response."""
        body: JsonObject = {"ok": False, "error": self.code}
        if self.messages:
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        if self.also_errors:
            body["errors"] = list(self.messages)
        return body


class UserActionError(Exception):
    """An action that Slack would refuse; the message is the sentence that the person sees."""


class BadSettings(ValueError):
    """The playground cannot start as asked; the message says which setting and what to do."""
