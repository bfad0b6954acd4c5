"""Build the image, run docker-compose.yml with stand-ins, and break it: `python -m tests.image`.

Needs a Docker engine and Docker Compose 2. `BUILD_OPTIONS` are further options of `docker build`. One line a step; the
last line has the figures in JSON.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.deployment.compose import ROOT
from tests.image.stack import (
    SERVICES,
    Stack,
    StackError,
    build_images,
    find_missing_tool,
    run,
    run_qdrant_elsewhere,
    wait_for,
)

SAMPLES = ROOT / "playground" / "documents"
FIRST, SECOND = "Guide du télétravail.pdf", "Security handbook.pdf"
QUESTION = "Combien de jours de télétravail par semaine ?"
SECOND_QUESTION = "How long must a password be?"
LARGEST_IMAGE = 565_000_000  # bytes, without the Python base, whose official image has some 130 million itself
_READ = "meaning"


def main() -> int:
    """Run every step; return 1 at the first that fails, 2 where no engine is."""
    parser = argparse.ArgumentParser(prog="python -m tests.image", description=__doc__)
    parser.add_argument("--keep", action="store_true", help="leave the containers running at the end")
    given = parser.parse_args()
    missing = find_missing_tool()
    if missing:
        print(f"{missing} The image was not tested.", file=sys.stderr)
        return 2
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="souffleur-image-") as folder:
        documents = Path(folder) / "documents"
        documents.mkdir()
        for path in (Path(folder), documents):
            path.chmod(0o755)  # read by the container's user
        stack = Stack("souffleur-image-test", documents)
        try:
            figures = _run_steps(stack)
        except StackError as error:
            print(f"FAILED: {error}", file=sys.stderr)
            print(stack.compose("logs", "--tail", "30", "ingestion", "bot"), file=sys.stderr)
            return 1
        finally:
            if not given.keep:
                stack.end()
    print(json.dumps({**figures, "seconds": round(time.monotonic() - started)}))
    return 0


def _run_steps(stack: Stack) -> dict[str, int]:
    with _step("build the image"):
        size = build_images("first")
        base = int(run("docker", "image", "inspect", "-f", "{{.Size}}", _read_base()))
    with _step("start the stack, each service healthy"):
        stack.end()
        stack.start()
    with _step("a process runs without root, without rights, on a file system that it cannot write"):
        for service in ("ingestion", "bot"):
            _check_hardening(stack, service)
    with _step("the worker reaches nothing but its neighbours"):
        _expect(_fails(lambda: stack.compose("exec", "-T", "ingestion", "python", "-c", _REACH_OUT)), "no way out")
    with _step("drop a document, and ask about it"):
        shutil.copy(SAMPLES / FIRST, stack.documents)
        _wait_until_read(stack, FIRST)
        _expect_answer(stack, QUESTION, Path(FIRST).stem)
    kills = 0
    for service in SERVICES:
        if service == "slack":
            continue
        with _step(f"kill {service}: it comes back, and the answer too"):
            stack.kill(service)
            _wait_until_read(stack, FIRST)
            _expect_answer(stack, QUESTION, Path(FIRST).stem)
            kills += 1
    with _step("an empty folder, as of a disk that is not mounted, deletes nothing"):
        aside = stack.documents.with_name("aside")
        aside.mkdir()
        (stack.documents / FIRST).rename(aside / FIRST)
        time.sleep(20)  # three looks of the worker, and more
        _expect(stack.read_ledger().get(FIRST) == _READ, "the document is still in the index")
        _expect_answer(stack, QUESTION, Path(FIRST).stem)
        (aside / FIRST).rename(stack.documents / FIRST)
    with _step("take the containers away and start them anew: the volumes hold the index"):
        stack.compose("down", "--timeout", "30")
        stack.start()
        _expect(stack.read_ledger().get(FIRST) == _READ, "the document is known at once")
        _expect_answer(stack, QUESTION, Path(FIRST).stem)
    with _step("upgrade to another image, with a new document meanwhile"):
        old = stack.inspect("bot")["Image"]
        shutil.copy(SAMPLES / SECOND, stack.documents)
        build_images("second")
        stack.start()
        _expect(stack.inspect("bot")["Image"] != old, "the bot runs from the new image")
        _wait_until_read(stack, FIRST, SECOND)
        _expect_answer(stack, QUESTION, Path(FIRST).stem)
        _expect_answer(stack, SECOND_QUESTION, Path(SECOND).stem)
    with _step("use a Qdrant that is elsewhere"):
        _use_qdrant_elsewhere(stack)
    with _step("the image is small"):
        _expect(size - base < LARGEST_IMAGE, f"{(size - base) // 1_000_000} MB on top of the base")
    return {"kills": kills, "image_mb": size // 1_000_000, "base_mb": base // 1_000_000}


def _use_qdrant_elsewhere(stack: Stack) -> None:
    """Leave Compose's own Qdrant out; the documents are read anew into the other one."""
    stack.compose("down", "--timeout", "30")
    elsewhere = replace(stack, qdrant_url="http://elsewhere:6333")
    elsewhere.create()
    try:
        with run_qdrant_elsewhere(f"{stack.name}_index", "elsewhere"):
            elsewhere.start()
            _expect(not stack.compose("ps", "-q", "qdrant").strip(), "no Qdrant of its own is started")
            _wait_until_read(elsewhere, FIRST, SECOND)
            _expect_answer(elsewhere, QUESTION, Path(FIRST).stem)
            elsewhere.compose("stop", "--timeout", "30")
    finally:
        elsewhere.end()


_REACH_OUT = "import socket; socket.create_connection(('192.0.2.1', 443), 5)"  # an address for documentation


def _read_base() -> str:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    return next(line.removeprefix("ARG PYTHON_IMAGE=") for line in lines if line.startswith("ARG PYTHON_IMAGE="))


def _check_hardening(stack: Stack, service: str) -> None:
    status = stack.compose("exec", "-T", service, "cat", "/proc/1/status")
    told = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    _expect(told["Uid"].split() == ["1000"] * 4, f"{service} runs as uid 1000")
    _expect(int(told["CapEff"], 16) == 0, f"{service} has no capabilities")
    _expect(told["NoNewPrivs"] == "1", f"{service} can gain no rights")
    _expect(_fails(lambda: stack.compose("exec", "-T", service, "touch", "/app/x")), f"{service} cannot write to /app")


def _wait_until_read(stack: Stack, *names: str) -> None:
    wait_for(
        f"{', '.join(names)} to be read",
        lambda: _never_fails(stack.read_ledger) == dict.fromkeys(names, _READ),
    )


def _never_fails(read: Callable[[], dict[str, str]]) -> dict[str, str]:
    """What is read, or nothing while a neighbour is being started again."""
    try:
        return read()
    except StackError:
        return {}


def _expect_answer(stack: Stack, question: str, source: str) -> None:
    answer = stack.ask(question)
    _expect(source in answer, f"the answer names {source}: {answer[:300]}")


def _expect(held: bool, what: str) -> None:
    if not held:
        raise StackError(f"this does not hold: {what}")


def _fails(act: Callable[[], object]) -> bool:
    try:
        act()
    except StackError:
        return True
    return False


@contextmanager
def _step(name: str) -> Iterator[None]:
    started = time.monotonic()
    yield
    print(f"{time.monotonic() - started:6.1f} s  {name}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
