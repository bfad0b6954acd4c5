"""The systemd units: what they hold, and that systemd takes them."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deployment.compose import ROOT

UNITS = {name: ROOT / f"deploy/systemd/souffleur-{name}.service" for name in ("worker", "bot")}
HARDENED = {
    "NoNewPrivileges": "yes",
    "ProtectSystem": "strict",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectClock": "yes",
    "ProtectControlGroups": "yes",
    "ProtectHostname": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectProc": "invisible",
    "CapabilityBoundingSet": "",
    "AmbientCapabilities": "",
    "LockPersonality": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX AF_NETLINK",
    "SystemCallArchitectures": "native",
    "UMask": "0077",
    "User": "souffleur",
}
MOST_EXPOSURE = 30  # of 100, as systemd judges


def read_unit(name: str) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign] # as configparser's manual does it
    unit.read_string(UNITS[name].read_text(encoding="utf-8"))
    return unit


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_is_hardened_and_starts_its_own_process(name: str) -> None:
    service = read_unit(name)["Service"]
    assert {key: service.get(key) for key in HARDENED} == HARDENED
    assert service["ExecStart"] == f"@PREFIX@/bin/souffleur {name}"
    assert service["Restart"] == "on-failure"


def test_the_worker_never_sees_the_slack_tokens() -> None:
    assert "bot.env" not in UNITS["worker"].read_text(encoding="utf-8")
    assert "EnvironmentFile=/etc/souffleur/bot.env" in UNITS["bot"].read_text(encoding="utf-8")


def test_the_readers_may_still_leave_the_network_and_confine_themselves() -> None:
    text = UNITS["worker"].read_text(encoding="utf-8")
    assert "RestrictNamespaces=user net ipc\n" in text
    assert "landlock_restrict_self" in text


@pytest.fixture(params=UNITS)
def installed_unit(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A unit as `make install` writes it, with a program that is there."""
    name: str = request.param
    text = UNITS[name].read_text(encoding="utf-8").replace("@PREFIX@/bin/souffleur", shutil.which("env") or "env")
    unit = tmp_path / UNITS[name].name
    unit.write_text(text.replace("@PREFIX@", str(tmp_path)), encoding="utf-8")
    (tmp_path / "souffleur-worker.service").touch()
    return unit


def test_nothing_but_the_prefix_is_left_open_in_a_unit(installed_unit: Path) -> None:
    assert "@" not in installed_unit.read_text(encoding="utf-8").replace("@system-service", "")


@pytest.mark.systemd
@pytest.mark.parametrize(
    "command",
    [["verify", "--man=no"], ["security", "--offline=yes", "--no-pager", f"--threshold={MOST_EXPOSURE}"]],
    ids=["verify", "security"],
)
def test_systemd_takes_the_unit(installed_unit: Path, command: list[str]) -> None:
    judged = subprocess.run(  # noqa: S603 (systemd's own tool)
        ["systemd-analyze", *command, str(installed_unit)],  # noqa: S607 (wherever the system has it)
        capture_output=True,
        text=True,
        check=False,
    )
    assert (judged.returncode, judged.stderr) == (0, "")
