"""The files that are added to docker-compose.yml change what they say, and services that there are."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.deployment.compose import ROOT, compose

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


def test_two_that_are_there_can_be_used_together() -> None:
    names = {one["environment"]["NO_PROXY"] for one in map(_neighbour, ("ollama", "qdrant"))}
    assert names == {"qdrant,ollama,host.docker.internal"}


def _neighbour(name: str) -> dict[str, Any]:
    bot: dict[str, Any] = _load(f"compose.existing-{name}.yml")["services"]["bot"]
    return bot
