"""An unpacked bundle is checked, file by file, before anything is installed from it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.deployment.compose import ROOT


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A small bundle: the real Makefile, a made-up wheel, and the sums of both."""
    folder = tmp_path / "souffleur"
    (folder / "wheels").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "wheels" / "one.whl").write_bytes(b"a wheel")
    (folder / "PYTHON_VERSION").write_text("2.7\n", encoding="utf-8")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  ./{path.relative_to(folder)}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")
    return folder


def run_make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    make = shutil.which("make") or "make"
    return subprocess.run(  # noqa: S603 (our own Makefile)
        [make, *arguments], cwd=folder, capture_output=True, text=True, check=False, env={"PATH": os.environ["PATH"]}
    )


def flip_bit(folder: Path) -> None:
    wheel = folder / "wheels" / "one.whl"
    content = bytearray(wheel.read_bytes())
    content[3] ^= 1
    wheel.write_bytes(content)


def remove_file(folder: Path) -> None:
    (folder / "wheels" / "one.whl").unlink()


def add_file(folder: Path) -> None:
    (folder / "wheels" / "two.whl").write_bytes(b"another wheel")


def remove_sums(folder: Path) -> None:
    (folder / "SHA256SUMS").unlink()


def test_an_unchanged_bundle_passes(bundle: Path) -> None:
    checked = run_make(bundle, "check-bundle")
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (flip_bit, "The bundle was changed or is damaged (above): copy it anew."),
        (remove_file, "The bundle was changed or is damaged (above): copy it anew."),
        (add_file, "The bundle holds files that its SHA256SUMS does not name"),
        (remove_sums, "This is no unpacked bundle"),
    ],
    ids=["a flipped bit", "a missing file", "an added file", "no sums"],
)
def test_a_changed_bundle_is_refused_before_anything_is_installed(
    bundle: Path, change: Callable[[Path], None], sentence: str
) -> None:
    change(bundle)
    refused = run_make(bundle, "install-bundle", f"PREFIX={bundle / 'prefix'}")
    assert refused.returncode != 0
    assert sentence in refused.stderr
    assert not (bundle / "prefix").exists()


def test_a_bundle_for_another_python_is_refused_with_its_version(bundle: Path) -> None:
    refused = run_make(bundle, "install-bundle", f"PREFIX={bundle / 'prefix'}")
    assert "This bundle is for Python 2.7: say make install-bundle PYTHON=" in refused.stderr
    assert not (bundle / "prefix").exists()


@pytest.mark.parametrize("target", ["install", "install-bundle"])
def test_where_to_install_must_be_said(bundle: Path, target: str) -> None:
    refused = run_make(bundle if target == "install-bundle" else ROOT, target)
    assert f"Say where: make {target} PREFIX=/opt/souffleur" in refused.stderr
