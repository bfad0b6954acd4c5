"""The settings that both processes share, and a warning about names in `.env` that no process reads."""

from __future__ import annotations

import difflib
import logging
import os
import pkgutil
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from knowledge.core.failures import SettingsError
from knowledge.runtime.log_setup import register_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import ValidationError

LOCAL_PREFIX = "local:"
LOCAL_MODELS = ("multilingual-e5-small",)
_OLLAMA_PREFIX = "ollama:"


def normalize_model_name(name: str) -> str:
    """Returns the name under which an index keeps a model: bare for Ollama, with its provider otherwise.

    Only `ollama:` and `local:` are providers, since a name of Ollama's may hold a colon too, as `bge-m3:latest`.

    Raises:
        ValueError: a local model of this name does not exist, or the name is empty.
    """
    bare = name.strip().removeprefix(_OLLAMA_PREFIX)
    if not bare:
        raise ValueError("must name a model")
    if bare.startswith(LOCAL_PREFIX) and bare.removeprefix(LOCAL_PREFIX) not in LOCAL_MODELS:
        raise ValueError(f"the local models are: {', '.join(LOCAL_PREFIX + model for model in LOCAL_MODELS)}")
    return bare


def is_local_model(name: str) -> bool:
    """Whether a model runs on this machine without Ollama."""
    return name.startswith(LOCAL_PREFIX)


# By pydantic's types of error; the words in braces are of its context.
_REASONS: Mapping[str, str] = {
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "bool_parsing": "must be yes or no",
    "greater_than_equal": "must be {ge} or more",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be {le} or less",
    "less_than": "must be less than {lt}",
    "literal_error": "must be one of: {expected}",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long: {max_length} characters at most",
}
_OWN_PREFIX = "Value error, "
_JOINED = re.compile(r" or (?=')")
log = logging.getLogger(__name__)
_ENV_FILE = Path(".env")
_FILE_SUFFIX = "_file"
_MAX_SECRET_BYTES = 8192  # a larger file is not a secret
# Both processes read one `.env` file. They never import each other, so the models are looked up by their names.
_SETTINGS_MODELS = ("bot.settings:BotSettings", "ingestion.settings:IngestionSettings")
_FOREIGN_PREFIXES = (
    "COMPOSE_",  # Docker Compose reads the same file
    "DOCKER_",  # so does Docker's client
    "HTTP_PROXY",  # these four are read by HTTP libraries
    "HTTPS_PROXY",
    "NO_PROXY",
    "ALL_PROXY",
    "TZ",  # the C library reads the time zone
)


def format_setting_errors(error: ValidationError) -> str:
    """One sentence that names each setting and says what it must be."""
    parts = []
    for problem in error.errors(include_input=False, include_url=False):
        name = "_".join(str(part) for part in problem["loc"]).upper()
        reason = _format_reason(problem["type"], problem["msg"], problem.get("ctx", {}))
        # A problem of several settings together names them itself.
        parts.append(f"{name} is not usable ({reason[:1].lower() + reason[1:]})" if name else reason)
    return "; ".join(parts) + ": correct it in the environment or in .env and start again."


def _format_reason(kind: str, message: str, context: Mapping[str, object]) -> str:
    if kind in _REASONS:
        told = {name: _format_bound(value) for name, value in context.items()}
        return _REASONS[kind].format(**told)
    return message.removeprefix(_OWN_PREFIX)


def _format_bound(value: object) -> str:
    """A number without a useless fraction; the words of a choice without pydantic's quotes."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return _JOINED.sub(", ", str(value)).replace("'", "")


class Settings(BaseSettings):
    """Where Qdrant and Ollama are, which embedding model is used, how logs look, where metrics are served.

    Each field is the environment variable of the same name in capitals. A secret may be in a file instead, which the
    variable that ends in `_FILE` names. The settings are read once, and frozen.
    """

    model_config = SettingsConfigDict(
        env_file=_ENV_FILE, env_file_encoding="utf-8", env_ignore_empty=True, extra="ignore", frozen=True
    )

    qdrant_url: str | None = None
    qdrant_api_key: SecretStr | None = None
    qdrant_api_key_file: Path | None = None
    qdrant_path: Path = Path(".souffleur/qdrant")
    qdrant_timeout: int = Field(default=30, gt=0, description="seconds")
    collection: str = Field(default="souffleur", pattern=r"^[A-Za-z0-9_-]{1,64}$")
    ollama_url: str = "http://127.0.0.1:11434"
    embedding_model: str = Field(default="bge-m3", min_length=1)
    ollama_keep_alive: int | str = -1
    embedding_timeout: float = Field(default=60, gt=0, allow_inf_nan=False, description="seconds a batch may take")
    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    heartbeat_dir: Path | None = None
    metrics_port: int | None = Field(default=None, ge=1, le=65534, description="the worker's is one more")
    metrics_host: str = Field(default="127.0.0.1", min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _secrets_from_files(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Reads each secret whose file is named."""
        read = {
            name.removesuffix(_FILE_SUFFIX): given.get(name) for name in cls.model_fields if name.endswith(_FILE_SUFFIX)
        }
        for name, file in read.items():
            if file and given.get(name):
                raise ValueError(f"{name.upper()} and {name.upper()}_FILE are both set (keep one of them)")
        return given | {name: _read_secret_file(Path(file), name) for name, file in read.items() if file}

    @field_validator("ollama_keep_alive", mode="before")
    @classmethod
    def _is_a_duration(cls, value: object) -> object:
        """Makes a number of seconds an integer: Ollama reads a text as a duration with units."""
        text = str(value).strip()
        if re.fullmatch(r"-?\d+", text):
            return int(text)
        if not re.fullmatch(r"-?(\d+(\.\d+)?(ms|s|m|h))+", text):
            raise ValueError("must be seconds, a duration as 30m or 24h, or -1 for ever")
        return text

    @field_validator("embedding_model")
    @classmethod
    def _has_known_provider(cls, value: str) -> str:
        return normalize_model_name(value)

    @field_validator("qdrant_url", "ollama_url")
    @classmethod
    def _is_http(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        if value is not None and not _has_host(value):
            raise ValueError("must name a host, and a port between 1 and 65535 if any")
        return value.rstrip("/") if value else value

    @classmethod
    def load(cls, **overrides: Any) -> Self:
        """Read the settings; `overrides` (from the command line) win over the environment.

        Raises:
            SettingsError: a value is malformed; the sentence names the variable.
        """
        try:
            settings = cls(**{name: value for name, value in overrides.items() if value is not None})
        except ValidationError as error:
            raise SettingsError(format_setting_errors(error)) from None
        except UnicodeDecodeError:
            raise SettingsError("The file .env is not UTF-8 text: save it as UTF-8 and start again.") from None
        for secret in settings.list_secrets():
            register_secret(secret)
        return settings

    def list_secrets(self) -> list[str]:
        """The values that nobody may see."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]


def disable_telemetry() -> None:
    """Turn off every usage report of a library, for this process and its children."""
    os.environ.update(
        DO_NOT_TRACK="1",
        SCARF_NO_ANALYTICS="true",
        UNSTRUCTURED_DISABLE_NOTICE="1",
        LANGSMITH_TRACING="false",
        LANGSMITH_TRACING_V2="false",
        LANGCHAIN_TRACING="false",
        LANGCHAIN_TRACING_V2="false",
    )


def leave_out_command_line_of_httpx() -> None:
    """Keep httpx from loading its own command, and rich with it: it does where click is installed, as for Dask."""
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None: the import is refused, which httpx expects


def list_setting_names() -> frozenset[str]:
    """The names of the environment variables that a process reads, from the fields of both models."""
    models: list[type[Settings]] = [pkgutil.resolve_name(name) for name in _SETTINGS_MODELS]
    return frozenset(name.upper() for model in models for name in model.model_fields)


def find_unknown_settings(file: Path = _ENV_FILE) -> list[str]:
    """A sentence for each name in `file` that nothing reads: most of them are misspelt."""
    try:
        names = [*dotenv_values(file, interpolate=False)]
    except OSError:
        return []  # there is no file, or reading the settings has told the error
    known = list_setting_names() if names else frozenset()
    return [
        _format_unknown_setting(name, file, known)
        for name in names
        if name.upper() not in known and not name.upper().startswith(_FOREIGN_PREFIXES)
    ]


def warn_unknown_settings() -> None:
    """Log each name in `.env` that nothing reads."""
    for sentence in find_unknown_settings():
        log.warning("%s", sentence)


def _format_unknown_setting(name: str, file: Path, known: frozenset[str]) -> str:
    near = difflib.get_close_matches(name.upper(), sorted(known), n=1)
    hint = f"did you mean {near[0]}?" if near else "remove it, or see .env.example for the names."
    return f"{name} in {file} is no setting of Souffleur and is not read: {hint}"


def _read_secret_file(file: Path, name: str) -> str:
    """The secret in a file, which must hold nothing else.

    Raises:
        ValueError: the file cannot be read, or holds something else.
    """
    variable = f"{name}{_FILE_SUFFIX}".upper()
    try:
        content = file.read_bytes()[: _MAX_SECRET_BYTES + 1]
    except OSError as error:
        raise ValueError(f"{variable} is not usable ({file}: {error.strerror})") from None
    try:
        secret = content.decode().strip()
    except UnicodeDecodeError:
        secret = ""
    if not secret or len(content) > _MAX_SECRET_BYTES or len(secret.split()) != 1:
        raise ValueError(f"{variable} is not usable ({file} must hold the secret and nothing else)")
    return secret


def _has_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
