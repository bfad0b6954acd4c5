"""Who may read a file, from the README alone: the judge of `doors.py`, which shares no code with the product."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from playground.slack.state.workspace import Workspace


@dataclass(frozen=True, slots=True)
class FolderRights:
    """The rules of a folder, read anew from its names and rule files for each question."""

    root: Path
    workspace: Workspace

    def may_read(self, user: str, path: str) -> bool:
        """Whether a person is in all that the folders above a file ask for; a full member, where they ask nothing."""
        asked = self._list_requirements(path)
        if not asked:
            return self._is_full_member(user)
        return all(self._meets(user, one) for one in asked)

    def _list_requirements(self, path: str) -> list[str]:
        folders = Path(path).parent.parts
        asked = [name for name in folders if name[0] in "#@"]
        for depth in range(len(folders) + 1):
            rule = self.root.joinpath(*folders[:depth], ".souffleur.toml")
            if rule.exists():
                asked += self._read_rule(rule)
        return asked

    def _read_rule(self, rule: Path) -> list[str]:
        try:
            said = str(tomllib.loads(rule.read_text()).get("audience", "everyone"))
        except tomllib.TOMLDecodeError:
            return ["nobody"]
        return [] if said == "everyone" else [said]

    def _meets(self, user: str, requirement: str) -> bool:
        if requirement[:1] == "@":
            return self._is_full_member(user) and self.workspace.users[user].name == requirement[1:]
        channel = self.workspace.find_channel(requirement)
        return channel is not None and user in channel.members

    def _is_full_member(self, user: str) -> bool:
        person = self.workspace.users[user]
        return not (person.is_guest or person.team)


def find_readers(workspace: Workspace, channel: str, ephemeral_to: str | None) -> frozenset[str]:
    """Who reads a message: one person, or everybody in its conversation."""
    if ephemeral_to:
        return frozenset({ephemeral_to})
    return frozenset(workspace.channels[channel].members) - {workspace.bot.id}
