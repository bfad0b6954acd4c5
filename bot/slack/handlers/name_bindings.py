"""Shows administrators which channel or person each folder's name means, and lets them confirm or undo it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.slack.views.admin_reports import render_bindings
from bot.slack.views.block_kit import build_section_block
from bot.slack.views.markup import escape_label
from knowledge.core.access import fold_slack_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.slack.i18n.texts import InterfaceTexts
    from bot.slack.people.access import AccessDirectory
    from bot.slack.people.admins import AdminAction, AdminGate
    from bot.slack.views.block_kit import Block
    from knowledge.storage.name_bindings import BindingState, NameBinding

BINDINGS_WORD = "bindings"
_STATES: dict[str, BindingState] = {"confirm": "confirmed", "undo": "undone"}


def is_bindings_command(text: str) -> bool:
    """Whether the words after `/souffleur` are about the names of folders."""
    return text.casefold().split()[:1] == [BINDINGS_WORD]


@dataclass(frozen=True, slots=True)
class BindingCommand:
    """Carries out `/souffleur bindings`, alone or with `confirm` or `undo` and the name of a folder."""

    admin_gate: AdminGate
    access_directory: AccessDirectory

    async def run_bindings_command(self, user: str, text: str, texts: InterfaceTexts) -> list[Block]:
        """Does what the words say, for an administrator; gives what to reply with."""
        async with self.admin_gate.guard_admin_action(user, "bindings", texts.bindings_refused, texts) as act:
            if act.refusal:
                return [build_section_block(act.refusal)]
            match text.split()[1:]:
                case []:
                    return render_bindings(await self.access_directory.list_bindings(), texts)
                case [word, name] if word.casefold() in _STATES:
                    sentence = await self._set_state(act, name, _STATES[word.casefold()], texts)
                    return [build_section_block(sentence)]
                case _:
                    act.outcome = "nothing"
                    return [build_section_block(texts.bindings_usage)]

    async def _set_state(self, act: AdminAction, name: str, state: BindingState, texts: InterfaceTexts) -> str:
        act.outcome = "nothing"
        binding = find_named_binding(await self.access_directory.list_bindings(), name)
        changed = await self.access_directory.set_binding_state(binding.name, state) if binding else None
        if binding is None or changed is None:
            return texts.bindings_unchanged.format(name=escape_label(name))
        act.outcome, act.subject = "done", f"{state} id={changed.id}"
        done = texts.bindings_confirmed if state == "confirmed" else texts.bindings_undone
        return done.format(name=escape_label(changed.name), id=escape_label(changed.id))


def find_named_binding(bindings: Iterable[NameBinding], name: str) -> NameBinding | None:
    """Finds a binding by the name of its folder, with its sign or without, or by the id that it means."""
    plain = name.strip("`<>\"'")
    sign, folded = plain[:1], fold_slack_name(plain.lstrip("#@"))
    for binding in bindings:
        if sign in ("#", "@") and sign != binding.name[:1]:
            continue
        if binding.name[1:] == folded or binding.id == plain.lstrip("#@"):
            return binding
    return None
