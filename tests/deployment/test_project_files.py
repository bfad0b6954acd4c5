"""The files around the code are well formed, and nothing in them is fetched from elsewhere."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import yaml

from knowledge import VERSION
from playground.slack.state.settings import VERSION as PLAYGROUND_VERSION
from tests.deployment.compose import ROOT

BIN = Path(sys.executable).parent
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]


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
