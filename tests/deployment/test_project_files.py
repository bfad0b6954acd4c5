"""The files around the code are well formed, and nothing in them is fetched from elsewhere."""

from __future__ import annotations

import asyncio
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from knowledge import VERSION
from playground.slack.state.settings import VERSION as PLAYGROUND_VERSION
from tests.deployment.compose import ROOT

BIN = Path(sys.executable).parent
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
FILES = ["Dockerfile", "docker-compose.yml", ".env.example", ".ci/run", "CONTRIBUTING.md", "CHANGELOG.md"]


@pytest.mark.parametrize(
    "command",
    [
        ["yamllint", "--strict", "docker-compose.yml", ".pre-commit-config.yaml", ".yamllint.yaml"],
        ["pre-commit", "validate-config", ".pre-commit-config.yaml"],
    ],
    ids=lambda command: command[0],
)
async def test_the_yaml_is_well_formed(command: list[str]) -> None:
    process = await asyncio.create_subprocess_exec(
        BIN / command[0], *command[1:], cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, output.decode()) == (0, "")


def test_every_hook_runs_a_tool_that_is_installed() -> None:
    assert [repository["repo"] for repository in HOOKS] == ["local"]
    for hook in HOOKS[0]["hooks"]:
        assert hook["language"] == "unsupported"
        tool = Path(hook["entry"].split()[0])
        assert tool.parent == Path(".venv/bin")
        assert (BIN / tool.name).is_file()


def test_the_version_is_the_same_wherever_it_stands() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert {VERSION, PLAYGROUND_VERSION} == {project["version"]}
    assert f"## [{VERSION}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_is_apache_2_in_full() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Version 2.0, January 2004" in licence
    assert "9. Accepting Warranty or Additional Liability." in licence
    assert "APPENDIX: How to apply the Apache License to your work." in licence


@pytest.mark.parametrize("name", FILES)
def test_no_line_is_too_long_to_read(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 120] == []


@pytest.mark.parametrize("name", ["README.md", "SECURITY.md"])
def test_no_line_of_a_page_is_too_long_save_what_cannot_be_broken(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 120 and not line.startswith(("|", "!["))] == []
