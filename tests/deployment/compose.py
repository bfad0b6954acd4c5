"""Reads docker-compose.yml as Compose would, as far as the file goes: keys it does not use are refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

ROOT = Path(__file__).parents[2]
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-made-up", "SLACK_APP_TOKEN": "xapp-made-up"}

_VARIABLE = re.compile(r"\$\$|\$\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<rest>(?:[^{}]|\$\{[^{}]*\})*))?\}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Health(_Strict):
    test: list[str]
    interval: str
    timeout: str
    retries: int
    start_period: str


class Bind(_Strict):
    type: Literal["bind"]
    source: str
    target: str
    read_only: bool
    bind: dict[Literal["create_host_path"], bool]


class Dependency(_Strict):
    condition: Literal["service_healthy", "service_started", "service_completed_successfully"]


class Logging(_Strict):
    driver: str
    options: dict[str, str]


class Service(_Strict):
    image: str
    build: str | None = None
    user: str
    init: bool
    restart: str
    read_only: bool
    tmpfs: list[str]
    mem_limit: str
    pids_limit: int
    cap_drop: list[str]
    security_opt: list[str]
    logging: Logging
    entrypoint: list[str] = []
    command: list[str] = []
    environment: dict[str, str]
    volumes: list[str | Bind] = []
    networks: list[str]
    healthcheck: Health | None = None
    depends_on: dict[str, Dependency] = {}
    stop_grace_period: str

    def environment_with(self, variables: dict[str, str]) -> dict[str, str]:
        return {name: resolve(value, variables) for name, value in self.environment.items()}

    @property
    def named_volumes(self) -> list[str]:
        return [volume.split(":")[0] for volume in self.volumes if isinstance(volume, str)]


class Network(_Strict):
    internal: bool = False


class Compose(_Strict):
    name: str
    hardened: dict[str, object] = Field(alias="x-hardened")
    shared: dict[str, str] = Field(alias="x-shared")
    services: dict[str, Service]
    networks: dict[str, Network | None]
    volumes: dict[str, None]

    def is_internal(self, network: str) -> bool:
        described = self.networks[network]
        return described is not None and described.internal


def compose() -> Compose:
    return Compose.model_validate(yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8")))


def resolve(text: str, variables: dict[str, str]) -> str:
    """`text` with ${NAME}, ${NAME:-default} and ${NAME:?message} filled in, and $$ as $."""

    def filled(match: re.Match[str]) -> str:
        if match["name"] is None:
            return "$"
        if value := variables.get(match["name"], ""):
            return value
        if match["kind"] == "?":
            raise LookupError(f"{match['name']}: {match['rest']}")
        return resolve(match["rest"] or "", variables)

    return _VARIABLE.sub(filled, text)


def seconds(duration: str) -> float:
    """The seconds of a duration as Compose writes it, "1m20s" say."""
    return sum(float(number) * {"s": 1, "m": 60}[unit] for number, unit in re.findall(r"([\d.]+)([sm])", duration))
