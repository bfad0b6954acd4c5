"""Changes a real folder at random, as people and programs do."""

from __future__ import annotations

import os
import shutil
import stat
import unicodedata
from typing import TYPE_CHECKING

from tests.torture.document_contents import SUFFIXES, make_broken_content, make_content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from random import Random

_FOLDERS = ("", "rh", "rh/2026", "#ventes", "été")
_RULES = (
    'audience = "#rh"',
    'audience = "@alice"',
    "audience = broken",
    "",
    'title = "Nos ventes"\nlanguage = "fr"',
    'title = "Archive"',
)
_STEMS = ("guide", "Guide", "notes", "contrat", "café", "plan", "budget", "a b", "x.y", "faq")
_MOST = 16  # documents: fewer than the limit on mass deletions
_FEWEST = 5
# Why an action may fail: its file is missing, or the target exists or is closed.
_IMPOSSIBLE = (
    FileNotFoundError,
    FileExistsError,
    NotADirectoryError,
    IsADirectoryError,
    PermissionError,
    shutil.SameFileError,
)


class FolderChanges:
    """Changes the folder by one action for each call of `change`, and says which."""

    def __init__(self, root: Path, rng: Random) -> None:
        self._root = root
        self._rng = rng
        self._actions: tuple[tuple[int, Callable[[], str | None]], ...] = (
            (8, self.create),
            (7, self._edit),
            (2, self._edit_in_place_same_size),
            (4, self._replace_by_rename),
            (5, self._rename),
            (4, self._move),
            (2, self._move_folder),
            (4, self._delete),
            (1, self._delete_folder),
            (3, self._swap),
            (4, self._copy),
            (3, self._touch),
            (2, self._break),
            (2, self._lock),
            (2, self._unlock),
            (1, self._close_folder),
            (2, self.open_all_folders),
            (1, self._twin_in_another_form),
            (1, self._recase),
            (1, self._resuffix),
            (1, self._leave_temporary_file),
            (2, self._rule),
            (1, self._link),
            (1, self._odd_name),
        )

    def change(self) -> str:
        """Do one random action; return what was done."""
        files = len(list(self._files()))
        while True:
            action = self._chosen(files)
            try:
                done = action()
            except _IMPOSSIBLE:
                continue  # choose another action
            if done:
                return done

    def create(self) -> str:
        """Create a document, sometimes in place of another."""
        path = self._free()
        path.write_bytes(make_content(self._rng, path.suffix))
        return f"create {self._name(path)}"

    def open_all_folders(self) -> str:
        """Open every closed folder, so that the whole folder can be seen."""
        _open(self._root)
        return "open every folder"

    def make_all_readable(self) -> None:
        """Make every file readable."""
        self.open_all_folders()
        for path in self._every(self._root):
            if not path.is_symlink() and _is_closed(path):
                path.chmod(0o644)

    def _chosen(self, files: int) -> Callable[[], str | None]:
        if files < _FEWEST:
            return self.create
        if files > _MOST:
            return self._delete
        weights, actions = zip(*self._actions, strict=True)
        action: Callable[[], str | None] = self._rng.choices(actions, weights)[0]
        return action

    def _edit(self) -> str:
        path = self._any()
        path.write_bytes(make_content(self._rng, path.suffix))
        return f"edit {self._name(path)}"

    def _edit_in_place_same_size(self) -> str | None:
        path = self._any()
        held = path.read_bytes()
        if path.suffix not in (".md", ".txt", ".csv") or len(held) < 10:
            return None
        status = path.stat()
        path.write_bytes(held[:-3] + bytes(self._rng.choices(b"abcdefgh", k=2)) + held[-1:])
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        return f"edit {self._name(path)} keeping size and time"

    def _replace_by_rename(self) -> str:
        path = self._any()
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_bytes(make_content(self._rng, path.suffix))
        fresh.replace(path)
        return f"replace {self._name(path)} by rename"

    def _rename(self) -> str:
        path = self._any()
        stem = self._rng.choice(_STEMS)
        return self._moved(path, path.with_name(stem + path.suffix))

    def _move(self) -> str:
        path = self._any()
        return self._moved(path, self._folder() / path.name)

    def _resuffix(self) -> str:
        path = self._any()
        return self._moved(path, path.with_suffix(self._rng.choice((".md", ".txt", ".text", ".CSV"))))

    def _recase(self) -> str:
        path = self._any()
        return self._moved(path, path.with_name(path.name.swapcase()))

    def _moved(self, path: Path, target: Path) -> str:
        path.replace(target)  # sometimes onto another file
        return f"move {self._name(path)} to {self._name(target)}"

    def _move_folder(self) -> str:
        source, target = self._folder(), self._folder() / self._rng.choice(("archive", "2026"))
        if source == self._root or target.exists() or source in target.parents:
            raise FileExistsError
        source.rename(target)
        return f"move the folder {self._name(source)} to {self._name(target)}"

    def _delete(self) -> str:
        path = self._any()
        path.unlink()
        return f"delete {self._name(path)}"

    def _delete_folder(self) -> str:
        folder = self._folder()
        if folder == self._root:
            raise FileNotFoundError
        shutil.rmtree(folder)
        return f"delete the folder {self._name(folder)}"

    def _swap(self) -> str:
        one, other = self._any(), self._any()
        if one == other:
            raise FileExistsError
        between = one.with_name(".between")
        one.rename(between)
        other.rename(one)
        between.rename(other)
        return f"swap {self._name(one)} and {self._name(other)}"

    def _copy(self) -> str:
        path = self._any()
        name = path.name if self._rng.random() < 0.6 else self._rng.choice(_STEMS) + path.suffix
        target = self._folder() / name
        return self._copied(path, target)

    def _touch(self) -> str:
        path = self._any()
        day = 86_400 * self._rng.choice((-1, 0, 1, 400))
        moment = path.stat().st_mtime + day
        os.utime(path, (moment, moment))
        return f"touch {self._name(path)} by {day} s"

    def _break(self) -> str:
        path = self._any()
        path.write_bytes(make_broken_content(self._rng, path.suffix))
        return f"break {self._name(path)}"

    def _lock(self) -> str:
        path = self._any()
        path.chmod(0)
        return f"lock {self._name(path)}"

    def _unlock(self) -> str:
        path = self._any()
        path.chmod(0o644)
        return f"unlock {self._name(path)}"

    def _close_folder(self) -> str:
        folder = self._folder()
        if folder == self._root:
            raise FileExistsError
        folder.chmod(0)
        return f"close the folder {self._name(folder)}"

    def _twin_in_another_form(self) -> str:
        path = self._any()
        name = f"é{path.name}"
        twin = self._rng.choice((unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name)))
        return self._copied(path, path.with_name(twin))

    def _copied(self, path: Path, target: Path) -> str:
        shutil.copyfile(path, target)
        return f"copy {self._name(path)} to {self._name(target)}"

    def _leave_temporary_file(self) -> str:
        path = self._folder() / self._rng.choice(("~$guide.docx", ".guide.md.swp", "guide.md.part", "notes.txt~"))
        path.write_bytes(b"temporary")
        return f"leave {self._name(path)}"

    def _rule(self) -> str:
        """Write or remove a rule file."""
        path = self._folder() / ".souffleur.toml"
        if path.exists() and self._rng.random() < 0.5:
            path.unlink()
            return f"remove {self._name(path)}"
        path.write_text(self._rng.choice(_RULES))
        return f"write {self._name(path)}"

    def _link(self) -> str:
        path = self._folder() / "link.md"
        path.symlink_to(self._rng.choice((self._any(), self._root, self._root / "nowhere")))
        return f"link {self._name(path)}"

    def _odd_name(self) -> str:
        path = os.path.join(os.fsencode(self._folder()), b"caf\xe9.txt")  # noqa: PTH118  # pathlib knows no bytes
        with open(path, "wb") as file:  # noqa: PTH123  # the same
            file.write(b"a name in Latin-1")
        return "make a file whose name is not UTF-8"

    def _files(self) -> Iterator[Path]:
        """Yield the files for actions: no links and no temporary files."""
        for path in self._every(self._root):
            if not path.is_symlink() and not path.name.startswith((".", "~$")) and not _is_odd(path):
                yield path

    def _every(self, folder: Path) -> Iterator[Path]:
        for path in sorted(folder.iterdir(), key=os.fsencode):
            if path.is_symlink() or path.is_file():
                yield path
            elif path.is_dir() and not _is_closed(path):
                yield from self._every(path)

    def _any(self) -> Path:
        files = list(self._files())
        if not files:
            raise FileNotFoundError
        return self._rng.choice(files)

    def _free(self) -> Path:
        return self._folder() / (self._rng.choice(_STEMS) + self._rng.choice(SUFFIXES))

    def _folder(self) -> Path:
        folder = self._root / self._rng.choice(_FOLDERS)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _name(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix() or "."


def _is_odd(path: Path) -> bool:
    return os.fsencode(path) != os.fsencode(path).decode(errors="replace").encode()


def _is_closed(path: Path) -> bool:
    return not path.stat().st_mode & stat.S_IRUSR


def _open(folder: Path) -> None:
    folder.chmod(0o755)
    for path in folder.iterdir():
        if not path.is_symlink() and path.is_dir():
            _open(path)
