"""Defines the bot's own settings: Slack, the model, the size of the prompt. Those of both processes are shared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from knowledge.runtime.settings import Settings, is_local_model

_MOST_PREFIX_CHARACTERS = 20  # Slack takes 32 for a whole command
_CHANNEL_ID = (
    "the id of a channel begins with C or G (channel details, at the bottom); it holds capitals and digits only"
)
_ID = "a Slack member id begins with U or W, a user group's with S; it holds capitals and digits only"


def check_command_prefix(prefix: str) -> str:
    """Gives a prefix that may stand before the names of commands.

    Raises:
        ValueError: Slack would not take it.
    """
    usable = all(sign in "abcdefghijklmnopqrstuvwxyz0123456789-_" for sign in prefix)
    if not usable or len(prefix) > _MOST_PREFIX_CHARACTERS:
        raise ValueError(f"must be lower-case letters, digits, - and _, at most {_MOST_PREFIX_CHARACTERS} of them")
    return prefix


class BotSettings(Settings):
    """Holds the settings of the bot.

    `qdrant_bot_api_key`: the bot's own key, of `python -m bot qdrant-key`, in place of the server's.
    `admins`: ids of members and of user groups. What they do is kept for `audit_days`.
    `filing`: whether files of up to `max_file_mb` that they send are put into `documents_dir`.
    `document_url_template`: the URL of a document; `{path}` and `{page}` are filled in.
    `shutdown_grace`: how long running answers may go on after the bot is told to stop.
    `catch_up_hours`: how old a question may be that came while the bot was away; 0 looks for none.
    `journal_days`, `feedback_days`: how long questions and votes are kept; with 0, a question is dropped once it is
    answered, and there are no votes.
    `command_prefix`: what stands before the names of the commands, `acme` for `/acme-ask`.
    `waiting_emoji`: whether a question bears 👀 while it waits for its answer.
    `reaction_votes`: whether ✅ and ❌ under an answer count as votes.
    `workflow_step`: whether workflows may ask, by the step *Ask Souffleur*, what all members may read.
    `page_pictures`: whether *Show passage* offers the page of a PDF as a picture; the bot must be able to read
    `documents_dir`.
    `answer_unasked`: ids of channels in which the bot answers what nobody put to it, where it is sure;
    `answer_unasked_after`: how long people have to answer before.
    `follow_ups`: whether the bot answers in its threads without a mention.
    `rewriting`: whether the model is asked for other wordings of a question before the search.
    """

    slack_bot_token: SecretStr | None = None
    slack_bot_token_file: Path | None = None
    slack_app_token: SecretStr | None = None
    slack_app_token_file: Path | None = None
    slack_api_url: str = "https://slack.com/api/"
    qdrant_bot_api_key: SecretStr | None = None
    admins: Annotated[frozenset[str], NoDecode] = frozenset()
    guests_see_everyone: bool = Field(default=False, description="guests read what is everyone's too")
    chat_model: str = Field(default="mixtral", min_length=1)
    chat_timeout: float = Field(default=300, gt=0, description="seconds the model may stay silent")
    num_ctx: int = Field(default=8192, ge=2048, description="tokens the model may read and write")
    rewriting: Literal["off", "on"] = "off"
    passages_in_prompt: int = Field(default=8, ge=1, le=50)
    document_url_template: str | None = None
    shutdown_grace: float = Field(default=20, ge=0, description="seconds")
    chat_parallel: int = Field(default=2, ge=1, le=100, description="questions before the model at once")
    catch_up_hours: float = Field(default=12, ge=0, le=168)
    command_prefix: str = ""
    waiting_emoji: Literal["off", "on"] = "off"
    reaction_votes: Literal["off", "on"] = "on"
    workflow_step: Literal["off", "on"] = "off"
    page_pictures: Literal["off", "on"] = "off"
    follow_ups: Literal["on", "mentions"] = "on"
    answer_unasked: Annotated[frozenset[str], NoDecode] = frozenset()
    answer_unasked_after: float = Field(default=60, ge=0, le=3600, description="seconds")
    journal_days: float = Field(default=30, ge=0, allow_inf_nan=False)
    feedback_days: float = Field(default=90, ge=0, allow_inf_nan=False)
    documents_dir: Path = Path("documents")
    filing: Literal["off", "on"] = "off"
    max_file_mb: int = Field(default=200, gt=0)
    audit_days: float = Field(default=365, gt=0, allow_inf_nan=False)
    otel_exporter_otlp_endpoint: str | None = Field(default=None, pattern="^https?://", description="for traces")

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _is_a_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not value.get_secret_value().startswith("x"):
            raise ValueError("a Slack token begins with xoxb- (bot) or xapp- (app)")
        return value

    @field_validator("command_prefix")
    @classmethod
    def _is_a_prefix(cls, value: str) -> str:
        return check_command_prefix(value)

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_a_slash(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/") + "/"

    @field_validator("admins", "answer_unasked", mode="before")
    @classmethod
    def _is_a_list(cls, value: object) -> object:
        """Split a comma-separated text; anything else is left to the field's type."""
        return frozenset(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @field_validator("admins")
    @classmethod
    def _are_members(cls, value: frozenset[str]) -> frozenset[str]:
        for member in value:
            if not (member[0] in "UWS" and member.isascii() and member.isalnum() and member == member.upper()):
                raise ValueError(f"{_ID}, unlike {member!r}")
        return value

    @field_validator("answer_unasked")
    @classmethod
    def _are_channels(cls, value: frozenset[str]) -> frozenset[str]:
        for channel in value:
            if not (channel[0] in "CG" and channel.isascii() and channel.isalnum() and channel == channel.upper()):
                raise ValueError(f"{_CHANNEL_ID}, unlike {channel!r}")
        return value

    @model_validator(mode="after")
    def _can_be_sure(self) -> BotSettings:
        """Refuse unasked answers where nothing tells how sure they are, or that they are not wanted."""
        if self.answer_unasked and not is_local_model(self.embedding_model):
            raise ValueError(
                "ANSWER_UNASKED needs EMBEDDING_MODEL=local:multilingual-e5-small, which tells a sure answer"
            )
        if self.answer_unasked and not self.feedback_days:
            raise ValueError("ANSWER_UNASKED needs FEEDBACK_DAYS above 0: Not helpful here is kept as a vote")
        return self

    @field_validator("document_url_template")
    @classmethod
    def _is_a_template(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("http://", "https://")) or "{path}" not in value:
            raise ValueError("must start with http:// or https:// and hold {path}")
        try:
            value.format(path="", page=1)
        except (KeyError, IndexError, ValueError):
            raise ValueError("may hold {path} and {page}, and no other braces") from None
        return value
