"""docker-compose.yml keeps every service small, hardened and private, and hands each process its own settings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import BotSettings
from ingestion.settings import IngestionSettings
from knowledge.runtime.settings import Settings
from tests.deployment.compose import ROOT, TOKENS, Bind, Service, compose, resolve, seconds
from tests.deployment.settings import EVERY_VARIABLE, PROCESSES, forget_settings, variables_of

COMPOSE = compose()
SERVICES = pytest.mark.parametrize("service", COMPOSE.services.values(), ids=COMPOSE.services)
LASTING = {name: service for name, service in COMPOSE.services.items() if name != "models"}
BOTH = pytest.mark.parametrize(("name", "settings"), PROCESSES.items(), ids=PROCESSES)

# What the file decides itself, because it depends on where containers stand.
SET_HERE = {"QDRANT_URL", "QDRANT_API_KEY", "OLLAMA_URL", "HEARTBEAT_DIR", "DOCUMENTS_DIR"}
# The embedded engine, in place of the server; and files that no container has.
USELESS_HERE = {
    *("QDRANT_PATH", "SLACK_BOT_TOKEN_FILE", "SLACK_APP_TOKEN_FILE", "QDRANT_API_KEY_FILE"),
    "OTEL_EXPORTER_OTLP_ENDPOINT",  # its packages are not in the image
}
OF_NO_SETTINGS_CLASS = {"NO_PROXY"}


def test_the_services_are_the_five_that_are_needed() -> None:
    assert set(COMPOSE.services) == {"qdrant", "ollama", "models", "ingestion", "bot"}


@SERVICES
def test_a_service_is_hardened(service: Service) -> None:
    assert service.read_only
    assert service.cap_drop == ["ALL"]
    assert service.security_opt == ["no-new-privileges:true"]
    assert service.user.split(":")[0] not in ("0", "root")
    assert [entry.split(":")[0] for entry in service.tmpfs] == ["/tmp"]
    assert re.fullmatch(r"\d+[mg]", service.mem_limit)
    assert 0 < service.pids_limit <= 2048


def test_the_worker_s_memory_is_enough_for_its_readers() -> None:
    bare = IngestionSettings(_env_file=None)
    gigabytes = int(COMPOSE.services["ingestion"].mem_limit.removesuffix("g"))
    assert gigabytes << 10 >= bare.readers * bare.read_memory_mb + 2048


@SERVICES
def test_the_log_of_a_service_rotates(service: Service) -> None:
    assert service.logging.options == {"max-size": "10m", "max-file": "3"}


@SERVICES
def test_an_image_is_built_here_or_pinned(service: Service) -> None:
    if service.build:
        assert (service.build, service.image) == (".", "souffleur:local")
    else:
        assert re.search(r":v?\d+\.\d+\.\d+(-\w+)?$", service.image)


def test_qdrant_is_recent_enough_not_to_bring_deleted_points_back() -> None:
    found = re.search(r":v(\d+)\.(\d+)\.\d+-unprivileged$", COMPOSE.services["qdrant"].image)
    assert found
    assert tuple(map(int, found.groups())) >= (1, 19)


def test_the_models_are_pulled_by_the_ollama_that_serves_them() -> None:
    assert COMPOSE.services["models"].image == COMPOSE.services["ollama"].image


def test_a_published_port_would_be_refused() -> None:
    """The services are read without a key `ports`, and any key that is not foreseen is refused."""
    assert "ports" not in Service.model_fields
    with pytest.raises(ValueError, match="ports"):
        Service.model_validate(COMPOSE.services["qdrant"].model_dump() | {"ports": ["6333:6333"]})


def test_only_the_bot_and_ollama_have_a_way_out() -> None:
    way_out = {
        name: {network for network in service.networks if not COMPOSE.is_internal(network)}
        for name, service in COMPOSE.services.items()
    }
    assert way_out == {
        "qdrant": set(),
        "ollama": {"registry"},
        "models": set(),
        "ingestion": set(),
        "bot": {"slack"},
    }


def test_only_the_two_processes_stand_beside_qdrant() -> None:
    beside = {name for name, service in COMPOSE.services.items() if "index" in service.networks}
    assert beside == {"qdrant", "ingestion", "bot"}


def test_every_network_and_volume_is_declared_and_used() -> None:
    services = COMPOSE.services.values()
    assert {network for service in services for network in service.networks} == set(COMPOSE.networks)
    assert {volume for service in services for volume in service.named_volumes} == set(COMPOSE.volumes)


@pytest.mark.parametrize("name", LASTING)
def test_a_lasting_service_is_watched_and_started_again(name: str) -> None:
    assert LASTING[name].healthcheck
    assert LASTING[name].restart == "unless-stopped"


def test_pulling_the_models_ends() -> None:
    assert COMPOSE.services["models"].restart.startswith("on-failure")


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_waits_for_qdrant_and_not_for_the_models(name: str) -> None:
    waits = COMPOSE.services[name].depends_on
    assert {other: waited.condition for other, waited in waits.items()} == {"qdrant": "service_healthy"}


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_is_asked_for_its_health_by_its_own_command(name: str) -> None:
    service = COMPOSE.services[name]
    assert service.command == ["python", "-m", name]
    assert service.healthcheck
    assert service.healthcheck.test == ["CMD", "python", "-m", name, "health"]


@BOTH
def test_a_process_is_handed_its_settings_and_no_others(name: str, settings: type[Settings]) -> None:
    handed = set(COMPOSE.services[name].environment) - OF_NO_SETTINGS_CLASS
    assert handed == variables_of(settings) - USELESS_HERE


def test_the_worker_never_sees_a_slack_token() -> None:
    told = str(COMPOSE.services["ingestion"].environment) + str(COMPOSE.services["qdrant"].environment)
    assert "SLACK" not in told


@BOTH
def test_two_tokens_are_enough(name: str, settings: type[Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    """With nothing else in .env, a process runs with the defaults of its settings class."""
    forget_settings(monkeypatch)
    bare = settings(_env_file=None)
    for variable, value in COMPOSE.services[name].environment_with(TOKENS).items():
        monkeypatch.setenv(variable, value)
    there = settings(_env_file=None)
    changed = {field.upper() for field in settings.model_fields if getattr(there, field) != getattr(bare, field)}
    assert changed == (SET_HERE | TOKENS.keys()) & variables_of(settings)


@pytest.mark.parametrize("token", TOKENS)
def test_a_missing_token_is_asked_for(token: str) -> None:
    with pytest.raises(LookupError, match=r"copy \.env\.example to \.env"):
        COMPOSE.services["bot"].environment_with(TOKENS | {token: ""})


def test_a_setting_of_env_reaches_the_process() -> None:
    for name in PROCESSES:
        for variable, value in COMPOSE.services[name].environment.items():
            if variable in EVERY_VARIABLE - SET_HERE:
                assert resolve(value, {variable: "from .env"}) == "from .env"


def test_qdrant_and_both_processes_agree_on_the_key() -> None:
    for variables in (TOKENS, TOKENS | {"QDRANT_API_KEY": "of-my-own"}):
        key = COMPOSE.services["qdrant"].environment_with(variables)["QDRANT__SERVICE__API_KEY"]
        assert key == variables.get("QDRANT_API_KEY", key) != ""
        for name in PROCESSES:
            assert COMPOSE.services[name].environment_with(variables)["QDRANT_API_KEY"] == key


def test_a_bot_with_a_key_of_its_own_never_sees_the_server_s() -> None:
    """That key is a token: the server must take tokens."""
    variables = TOKENS | {"QDRANT_API_KEY": "of-the-server", "QDRANT_BOT_API_KEY": "of-the-bot"}
    assert "of-the-server" not in COMPOSE.services["bot"].environment_with(variables).values()
    assert COMPOSE.services["bot"].environment_with(variables)["QDRANT_API_KEY"] == "of-the-bot"
    assert COMPOSE.services["ingestion"].environment_with(variables)["QDRANT_API_KEY"] == "of-the-server"
    assert COMPOSE.services["qdrant"].environment["QDRANT__SERVICE__JWT_RBAC"] == "true"


def test_qdrant_reports_to_nobody_and_speaks_to_no_browser() -> None:
    environment = COMPOSE.services["qdrant"].environment
    assert environment["QDRANT__TELEMETRY_DISABLED"] == "true"
    assert environment["QDRANT__SERVICE__ENABLE_CORS"] == "false"
    assert environment["QDRANT_INIT_FILE_PATH"].startswith("/tmp/")


def test_the_models_that_are_pulled_are_the_default_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    forget_settings(monkeypatch)
    settings = BotSettings(_env_file=None)
    pulled = COMPOSE.services["models"].environment_with({})
    assert (pulled["CHAT_MODEL"], pulled["EMBEDDING_MODEL"]) == (settings.chat_model, settings.embedding_model)


def test_documents_are_mounted_read_only() -> None:
    mounts = [volume for volume in COMPOSE.services["ingestion"].volumes if isinstance(volume, Bind)]
    assert [(resolve(mount.source, {}), mount.target, mount.read_only) for mount in mounts] == [
        ("./documents", "/documents", True)
    ]
    assert COMPOSE.services["ingestion"].environment["DOCUMENTS_DIR"] == "/documents"


@pytest.mark.parametrize("grace", ["", "5", "90.5"])
def test_the_bot_is_given_longer_than_answers_in_flight(grace: str, monkeypatch: pytest.MonkeyPatch) -> None:
    forget_settings(monkeypatch)
    monkeypatch.setenv("SHUTDOWN_GRACE", grace)
    period = resolve(COMPOSE.services["bot"].stop_grace_period, {"SHUTDOWN_GRACE": grace})
    assert seconds(period) == BotSettings(_env_file=None).shutdown_grace + 60


def test_what_a_process_writes_lies_where_it_may_write() -> None:
    for name in PROCESSES:
        assert Path(COMPOSE.services[name].environment["HEARTBEAT_DIR"]).is_relative_to("/tmp")


ADDED = sorted(path.name for path in ROOT.glob("compose.*.yml"))


def _load(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return found


def test_there_is_one_for_a_card_one_for_a_company_and_one_for_each_neighbour_that_is_there() -> None:
    existing = ["compose.existing-ollama.yml", "compose.existing-qdrant.yml"]
    assert list(ADDED) == ["compose.company.yml", *existing, "compose.gpu.yml"]


@pytest.mark.parametrize("name", ADDED)
def test_it_says_how_it_is_used_and_names_services_that_there_are(name: str) -> None:
    assert f"COMPOSE_FILE=docker-compose.yml:{name}" in (ROOT / name).read_text(encoding="utf-8")
    assert set(_load(name)["services"]) <= set(compose().services)
    assert set(_load(name).get("networks", {})) <= set(compose().networks)


def test_with_another_ollama_none_is_started_and_both_processes_ask_that_one() -> None:
    added = _load("compose.existing-ollama.yml")
    assert all(added["services"][name]["profiles"] for name in ("ollama", "models"))
    for name in ("ingestion", "bot"):
        assert added["services"][name]["environment"]["OLLAMA_URL"].startswith("${OLLAMA_URL:?")
        assert "ollama" not in compose().services[name].depends_on
        assert "model" in compose().services[name].networks
    assert added["networks"]["model"] == {"internal": False}


def test_with_another_qdrant_none_is_started_or_waited_for_and_both_processes_ask_that_one() -> None:
    added = _load("compose.existing-qdrant.yml")
    assert added["services"]["qdrant"]["profiles"]
    for name in ("ingestion", "bot"):
        assert added["services"][name]["environment"]["QDRANT_URL"].startswith("${QDRANT_URL:?")
        assert added["services"][name]["depends_on"]["qdrant"]["required"] is False
        assert "index" in compose().services[name].networks
    assert added["networks"]["index"] == {"internal": False}


def test_whoever_may_ask_a_neighbour_elsewhere_trusts_the_company_s_authority() -> None:
    services = _load("compose.company.yml")["services"]
    assert set(services) == {"bot", "ingestion", "ollama"}
    for one in services.values():
        assert {volume["target"] for volume in one["volumes"]} == {one["environment"]["SSL_CERT_FILE"]}
    assert "HTTPS_PROXY" not in services["ingestion"]["environment"]  # it has no way out


def test_two_that_are_there_can_be_used_together() -> None:
    names = {one["environment"]["NO_PROXY"] for one in map(_neighbour, ("ollama", "qdrant"))}
    assert names == {"qdrant,ollama,host.docker.internal"}


def _neighbour(name: str) -> dict[str, Any]:
    bot: dict[str, Any] = _load(f"compose.existing-{name}.yml")["services"]["bot"]
    return bot
