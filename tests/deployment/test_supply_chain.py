"""What is pinned is what is listed and looked up."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deployment.compose import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def _pinned(lock: str) -> dict[str, str]:
    found = _PIN.findall((ROOT / lock).read_text(encoding="utf-8"))
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


@pytest.mark.parametrize("lock", ["dev", "cluster", "bench", "local"])
def test_every_lock_pins_what_requirements_lock_does(lock: str) -> None:
    """Otherwise what is tested, or runs in the image, is not what is audited and listed."""
    ours, theirs = _pinned("requirements.lock"), _pinned(f"requirements-{lock}.lock")
    assert {name: theirs.get(name) for name in ours} == ours


def test_the_image_s_lock_pins_what_the_tests_ran_with() -> None:
    tested, shipped = _pinned("requirements-dev.lock"), _pinned("requirements-cluster.lock")
    assert {name: version for name, version in shipped.items() if tested.get(name, version) != version} == {}
    assert shipped.keys() <= tested.keys()


@pytest.mark.parametrize("lock", [f"requirements{extra}.lock" for extra in ("", "-cluster", "-bench", "-local")])
def test_a_lock_is_in_step_with_pyproject(lock: str) -> None:
    """Each requirement is pinned, within its bounds: `make lock` was run after pyproject.toml was changed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extra = lock.removeprefix("requirements-").removesuffix(".lock")
    wanted = [*project["dependencies"], *project["optional-dependencies"].get(extra, [])]
    pinned = _pinned(lock)
    for one in map(Requirement, wanted):
        assert one.specifier.contains(pinned[canonicalize_name(one.name)]), f"{one}: run `make lock`"


def test_the_bill_of_materials_lists_every_pinned_package(tmp_path: Path) -> None:
    recipe = re.search(r"^\t@\$\(BIN\)/(cyclonedx-py .*)$", MAKEFILE, re.MULTILINE)
    assert recipe
    bill = tmp_path / "bill.json"
    command = recipe[1].replace("dist/souffleur.cdx.json", str(bill)).split()
    nowhere = {**os.environ, "HTTPS_PROXY": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    subprocess.run([ROOT / ".venv/bin" / command[0], *command[1:]], cwd=ROOT, env=nowhere, check=True, timeout=110)  # noqa: S603 (our own recipe)
    told = json.loads(bill.read_text(encoding="utf-8"))
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    listed = {re.sub(r"[-_.]+", "-", one["name"]).lower(): one["version"] for one in told["components"]}
    assert listed == _pinned("requirements.lock")
    assert len(listed) > 100
    assert all(one["externalReferences"][0]["hashes"] for one in told["components"])
