"""The files around the code are well formed, folders and modules stay small, and `health` stays quick."""

from __future__ import annotations

import subprocess
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


PRODUCT = ("bot", "ingestion", "knowledge", "playground", "qdrant_engine")
MOST_MODULES = 16  # in a folder, `__init__.py` not counted
MOST_LINES = 400  # in a module
HEAVY = ("qdrant_client", "langchain_core", "slack_bolt", "slack_sdk", "unstructured", "pypdfium2", "numpy")
FILES = [file for name in PRODUCT for file in sorted((ROOT / name).rglob("*.py"))]


@pytest.mark.parametrize("folder", sorted({file.parent for file in FILES}), ids=lambda one: str(one.relative_to(ROOT)))
def test_a_folder_holds_few_modules(folder: Path) -> None:
    modules = [file.name for file in folder.glob("*.py") if file.name != "__init__.py"]
    assert len(modules) <= MOST_MODULES, f"{folder} holds {len(modules)} modules: move what belongs together elsewhere"


def test_no_module_is_long() -> None:
    lengths = {str(file.relative_to(ROOT)): len(file.read_text(encoding="utf-8").splitlines()) for file in FILES}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


@pytest.mark.parametrize("process", ["bot", "ingestion"])
def test_health_imports_nothing_heavy(process: str, tmp_path: Path) -> None:
    """A container runs it every few seconds; Qdrant's client alone takes more than a second to import."""
    asked = (
        "import runpy, sys; sys.argv[1:] = ['health']\n"
        f"try: runpy.run_module({process!r}, run_name='__main__')\n"
        f"finally: print(sorted({set(HEAVY)!r} & sys.modules.keys()))"
    )
    done = subprocess.run(  # noqa: S603 (our own Python)
        [sys.executable, "-c", asked],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "HEARTBEAT_DIR": str(tmp_path), "PATH": ""},
    )
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1] == "[]", done.stdout
