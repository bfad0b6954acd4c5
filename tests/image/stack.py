"""Drives docker-compose.yml and its stand-ins on a real engine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.deployment.compose import ROOT
from tests.image.stand_ins import APP_TOKEN, ASKING_PORT, BOT_TOKEN, SLACK_PORT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

HERE = Path(__file__).parent
IMAGE, STAND_INS = "souffleur:local", "souffleur-stand-ins:local"
SERVICES = ("qdrant", "ollama", "ingestion", "slack", "bot")
_ASKING = (
    "import sys, urllib.request as r; "
    f"sys.stdout.write(r.urlopen('http://127.0.0.1:{ASKING_PORT}/ask', sys.argv[1].encode(), 150).read().decode())"
)


class StackError(Exception):
    """A command failed, or what was waited for did not come; the text says which."""


def find_missing_tool() -> str | None:
    """Say what is missing for running containers here, if anything."""
    if shutil.which("docker") is None:
        return "Docker is not installed."
    for command, sentence in (
        (["docker", "info"], "No Docker engine answers (see DOCKER_HOST)."),
        (["docker", "compose", "version"], "Docker Compose 2 is not installed."),
    ):
        if subprocess.run(command, capture_output=True, check=False).returncode:  # noqa: S603  # as written here
            return sentence
    return None


def run(*command: str, seconds: float = 300.0, env: dict[str, str] | None = None) -> str:
    """Run a command and return what it printed.

    Raises:
        StackError: it failed, or took longer.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds, env=env)  # noqa: S603  # our own commands
    except subprocess.TimeoutExpired as error:
        raise StackError(f"`{' '.join(command)}` took longer than {seconds:g} s") from error
    if done.returncode:
        raise StackError(f"`{' '.join(command)}` failed: {done.stderr.strip()[-2000:]}")
    return done.stdout


def build_images(label: str) -> int:
    """Build the image and the stand-ins from it; return the image's size in bytes. Another label is another image."""
    options = os.environ.get("BUILD_OPTIONS", "").split()
    run("docker", "build", *options, "--label", f"souffleur.try={label}", "-t", IMAGE, str(ROOT), seconds=1800)
    with tempfile.TemporaryDirectory() as context:  # of its own: .dockerignore leaves playground and tests out
        shutil.copy(ROOT / "manifest.json", context)
        for name in ("playground", "tests"):
            shutil.copytree(ROOT / name, Path(context) / name, ignore=shutil.ignore_patterns("__pycache__"))
        run("docker", "build", "-q", "-f", str(HERE / "Dockerfile"), "-t", STAND_INS, context, seconds=600)
    return int(run("docker", "image", "inspect", "-f", "{{.Size}}", IMAGE))


@dataclass(frozen=True, slots=True)
class Stack:
    """The project in Compose, with its own documents folder, and with a Qdrant of its own unless one is elsewhere."""

    name: str
    documents: Path
    qdrant_url: str = ""

    def compose(self, *arguments: str, seconds: float = 300.0) -> str:
        """Run a command of Compose's with both files, and settings as .env would hold them."""
        env = {
            **os.environ,
            "SLACK_BOT_TOKEN": BOT_TOKEN,
            "SLACK_APP_TOKEN": APP_TOKEN,
            "SLACK_API_URL": f"http://127.0.0.1:{SLACK_PORT}/api/",
            "DOCUMENTS_DIR": str(self.documents),
            "EMBEDDING_MODEL": "local:multilingual-e5-small",
            "SCAN_SECONDS": "5",
            "QUIET_SECONDS": "0.5",
        }
        files = [ROOT / "docker-compose.yml"]
        if self.qdrant_url:
            env["QDRANT_URL"] = self.qdrant_url
            files.append(ROOT / "compose.existing-qdrant.yml")
        options = [option for file in (*files, HERE / "compose.yml") for option in ("-f", str(file))]
        return run("docker", "compose", "-p", self.name, *options, *arguments, seconds=seconds, env=env)

    def start(self) -> None:
        """Start every service whose container is missing, stopped or of another image, and wait until all are well."""
        self.compose("up", "-d", "--wait", "--wait-timeout", "180", *self._services())

    def create(self) -> None:
        """Make networks and containers, and start none."""
        self.compose("up", "--no-start", *self._services())

    def _services(self) -> list[str]:
        return [name for name in SERVICES if not (self.qdrant_url and name == "qdrant")]

    def read_ledger(self) -> dict[str, str]:
        """What the worker's ledger says of each document: its state by its path."""
        told = json.loads(self.compose("exec", "-T", "ingestion", "python", "-m", "ingestion", "status", "--json"))
        return {line["path"]: line["state"] for line in told["documents"]}

    def ask(self, question: str) -> str:
        """Ask in a direct message of the local Slack; return all that the answer shows."""
        return self.compose("exec", "-T", "slack", "python", "-c", _ASKING, question)

    def inspect(self, service: str) -> dict[str, Any]:
        """What the engine knows of a service's container."""
        found: list[dict[str, Any]] = json.loads(run("docker", "inspect", self.compose("ps", "-aq", service).strip()))
        return found[0]

    def kill(self, service: str) -> None:
        """Kill a service's first process as a crash would, so that the engine starts it again by itself."""
        before = self.inspect(service)
        os.kill(before["State"]["Pid"], signal.SIGKILL)
        wait_for(
            f"{service} to be started again", lambda: self.inspect(service)["RestartCount"] > before["RestartCount"]
        )
        wait_for(f"{service} to be healthy", lambda: self.inspect(service)["State"]["Health"]["Status"] == "healthy")

    def end(self) -> None:
        """Remove the containers, networks and volumes."""
        self.compose("down", "-v", "--timeout", "20")


@contextmanager
def run_qdrant_elsewhere(network: str, alias: str) -> Iterator[None]:
    """Run a stand-in for Qdrant for the block, which Compose knows nothing of."""
    name, key = f"souffleur-image-test-{alias}", "QDRANT__SERVICE__API_KEY=souffleur-inside"
    where = ("--network", network, "--network-alias", alias)
    serve = ("python", "-m", "tests.image.stand_ins", "qdrant")
    run("docker", "run", "-d", "--name", name, *where, "-e", key, STAND_INS, *serve)
    try:
        yield
    finally:
        run("docker", "rm", "-f", name)


def wait_for(what: str, look: Callable[[], bool], seconds: float = 180.0) -> None:
    """Wait until `look` returns true.

    Raises:
        StackError: it did not within `seconds`.
    """
    end = time.monotonic() + seconds
    while not look():
        if time.monotonic() > end:
            raise StackError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(1)
