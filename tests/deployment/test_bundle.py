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
    write_sums(folder)
    return folder


def write_sums(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  ./{path.relative_to(folder)}\n" for path in files]
    (folder / "SHA256SUMS").write_text("".join(sums), encoding="utf-8")


def run_make(folder: Path, *arguments: str, umask: int = -1) -> subprocess.CompletedProcess[str]:
    make = shutil.which("make") or "make"
    return subprocess.run(  # noqa: S603 (our own Makefile)
        [make, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
        umask=umask,
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


def add_link(folder: Path) -> None:
    (folder / "wheels" / "evil-1.whl").symlink_to(folder.parent / "anything")


def replace_file_by_link(folder: Path) -> None:
    wheel, outside = folder / "wheels" / "one.whl", folder.parent / "one.whl"
    wheel.rename(outside)
    wheel.symlink_to(outside)


def hide_file_by_its_name(folder: Path) -> None:
    (folder / "wheels" / "SHA256SUMS").write_bytes(b"no sums")


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
        (add_link, "The bundle holds files that its SHA256SUMS does not name"),
        (replace_file_by_link, "The bundle holds files that its SHA256SUMS does not name"),
        (hide_file_by_its_name, "The bundle holds files that its SHA256SUMS does not name"),
        (remove_sums, "This is no unpacked bundle"),
    ],
    ids=[
        "a flipped bit",
        "a missing file",
        "an added file",
        "an added link",
        "a link for a file",
        "a second SHA256SUMS",
        "no sums",
    ],
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


@pytest.fixture
def installable(bundle: Path) -> Path:
    """The bundle with all that is laid beside the programs, and a stand-in of the Python that installs them."""
    for name in ("docs", "deploy/systemd"):
        shutil.copytree(ROOT / name, bundle / name)
    for name in (".env.example", "manifest.json"):
        shutil.copy(ROOT / name, bundle)
    (bundle / "wheels" / "uv-1.whl").write_bytes(b"the installer")
    write_sums(bundle)
    python = bundle.parent / "python3"
    python.write_text(_PYTHON, encoding="utf-8")
    python.chmod(0o755)
    return bundle


# Makes the folders that the real ones would make.
_PYTHON = """#!/bin/sh
for last; do :; done
case "$*" in
*"-m venv"*) mkdir -p "$last/bin" "$last/lib/python3.11/site-packages" && cp "$0" "$last/bin/python" ;;
*"-m zipfile"*) mkdir -p "$last/uv-1.data/scripts" && printf '#!/bin/sh\\n' > "$last/uv-1.data/scripts/uv" ;;
esac
"""


def test_an_installation_has_its_place_in_its_units_wherever_it_was_said_from(installable: Path) -> None:
    done = run_make(installable, "install-bundle", f"PYTHON={installable.parent / 'python3'}", "PREFIX=of/mine")
    assert (done.returncode, done.stderr) == (0, "")
    prefix = installable / "of" / "mine"
    unit = prefix / "share/souffleur/systemd/souffleur-bot.service"
    assert f"ExecStart={prefix}/bin/souffleur bot\n" in unit.read_text(encoding="utf-8")


def test_every_user_can_read_what_a_root_of_umask_077_installed(installable: Path) -> None:
    prefix = installable.parent / "opt" / "souffleur"
    python = f"PYTHON={installable.parent / 'python3'}"
    assert run_make(installable, "install-bundle", python, f"PREFIX={prefix}", umask=0o077).returncode == 0
    for path in (prefix.parent, prefix, *prefix.rglob("*")):
        assert path.stat().st_mode & 0o044 == 0o044, path
        assert not path.is_dir() or path.stat().st_mode & 0o011 == 0o011, path
    assert (prefix / "bin" / "python").stat().st_mode & 0o011 == 0o011


def test_a_bundle_is_made_of_what_is_committed_alone(bundle: Path) -> None:
    sentence = "git status names changes. Commit or stash them."
    refused = run_make(bundle, "bundle")
    assert (refused.returncode, sentence in refused.stderr) == (2, True)
    git = [shutil.which("git") or "git", "-C", str(bundle), "-c", "user.name=A", "-c", "user.email=a@b.example"]
    for arguments in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message", "All of it")):
        subprocess.run([*git, *arguments], check=True)  # noqa: S603 (git itself)
    assert run_make(bundle, "committed").returncode == 0
    flip_bit(bundle)
    refused = run_make(bundle, "bundle")
    assert (refused.returncode, sentence in refused.stderr) == (2, True)
