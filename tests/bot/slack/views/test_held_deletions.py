from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.slack.i18n.texts import InterfaceTexts
from bot.slack.i18n.texts_en import ENGLISH
from bot.slack.i18n.texts_fr import FRENCH
from bot.slack.views.admin_reports import CONFIRM_BUTTON, render_deletion_hold, stamp_from_hold
from knowledge.storage.worker_requests import DeletionHold, DeletionHoldReason
from playground.slack.rules.blocks import find_block_problems

HOLD = DeletionHold(25, 100, tuple(f"hr/{n:02}.pdf" for n in range(20)), "many", 1_700_000_000.0)


def _text(hold: DeletionHold, texts: InterfaceTexts = ENGLISH, *, admin: bool = False, pressable: bool = True) -> str:
    return json.dumps(render_deletion_hold(hold, texts, admin=admin, pressable=pressable), ensure_ascii=False)


def test_a_hold_says_how_many_since_when_which_and_what_holds_meanwhile() -> None:
    assert "hr/00.pdf" not in _text(HOLD)  # a name is private: admins alone see them all
    text = _text(HOLD, admin=True)
    assert "Documents missing from the folder since <!date^1700000000^" in text
    assert ": 25 of 100. " in text
    assert "2023-11-14 22:13 UTC>" in text
    assert "• hr/00.pdf" in text
    assert "… and 15 more" in text
    assert "still answer from them until an administrator confirms" in text


@pytest.mark.parametrize(
    ("reason", "english", "french"),
    [
        ("many", "more at once than I remove", "plus à la fois que je n'en retire"),
        ("unmounted", "disk were not mounted", "n'est pas monté"),
    ],
)
def test_a_hold_says_why(reason: DeletionHoldReason, english: str, french: str) -> None:
    hold = replace(HOLD, reason=reason)
    assert english in _text(hold)
    assert french in _text(hold, FRENCH)


@pytest.mark.parametrize(
    ("admin", "pressable", "command", "button"),
    [(False, True, False, False), (True, False, True, False), (True, True, True, True)],
    ids=["member", "admin, told", "admin, at home"],
)
def test_only_admins_are_shown_what_to_do(admin: bool, pressable: bool, command: bool, button: bool) -> None:
    text = _text(HOLD, admin=admin, pressable=pressable)
    assert ("/reindex confirm-deletes" in text) is command
    assert (CONFIRM_BUTTON in text) is button


def test_a_confirmed_hold_names_who_confirmed_and_asks_no_more() -> None:
    text = _text(replace(HOLD, confirmed_by="UALICE"), admin=True)
    assert "Confirmed by <@UALICE>" in text
    assert "/reindex" not in text
    assert CONFIRM_BUTTON not in text


def test_a_confirmation_on_a_terminal_mentions_nobody() -> None:
    assert "Confirmed by a terminal &lt;!here&gt;" in _text(replace(HOLD, confirmed_by="a terminal <!here>"))


def test_a_stamp_tells_a_hold_that_grew_or_came_back() -> None:
    assert stamp_from_hold(replace(HOLD, told=True)) == stamp_from_hold(HOLD)
    assert (
        len(
            {
                stamp_from_hold(HOLD),
                stamp_from_hold(replace(HOLD, count=26)),
                stamp_from_hold(replace(HOLD, since=HOLD.since + 1)),
            }
        )
        == 3
    )


@pytest.mark.parametrize("texts", [ENGLISH, FRENCH], ids=["en", "fr"])
@pytest.mark.parametrize("surface", ["home", "message"])
def test_long_names_stay_within_slack_s_sizes(texts: InterfaceTexts, surface: str) -> None:
    hold = replace(HOLD, count=100_000, paths=tuple("&" * 4_000 + str(n) for n in range(20)))
    blocks = render_deletion_hold(hold, texts, admin=True, pressable=True)
    assert find_block_problems(blocks, "home" if surface == "home" else "message") == []
    again = blocks[-1]["elements"][0]["confirm"]
    assert len(again["text"]["text"]) <= 300
    assert max(len(again[part]["text"]) for part in ("confirm", "deny")) <= 30
