"""What the local Slack is asked to be, and what it says when it cannot be that."""

from pathlib import Path

import pytest

from playground.slack.app import LocalSlack
from playground.slack.people.user_actions import encode_mentions
from playground.slack.rules.errors import BadSettings
from playground.slack.rules.manifest import read_manifest
from playground.slack.state.settings import PlaygroundSlack
from playground.slack.state.workspace import Workspace


@pytest.mark.parametrize("token", ["xoxb-playground", "xoxb-1", "xoxb-a-b-c"])
def test_made_up_tokens_are_taken(token: str) -> None:
    assert PlaygroundSlack(bot_token=token).bot_token == token


@pytest.mark.parametrize(
    ("name", "token"),
    [
        ("bot_token", "xoxb-" + "1" * 12 + "-" + "2" * 12 + "-abc"),
        ("bot_token", "xoxb-" + "a" * 45),
        ("app_token", "xapp-1-A0123456789-1-abc"),
    ],
    ids=["bot", "long bot", "app"],
)
def test_tokens_of_a_real_workspace_are_refused(name: str, token: str) -> None:
    with pytest.raises(BadSettings, match="real workspace") as refusal:
        PlaygroundSlack(**{name: token})  # type: ignore[arg-type] # either of the two tokens
    assert token not in str(refusal.value)


def test_tokens_of_the_wrong_kind_are_refused() -> None:
    with pytest.raises(BadSettings, match="app_token must begin with xapp-"):
        PlaygroundSlack(app_token="xoxb-playground")


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.2", "::"])  # noqa: S104 (refused, which is the claim)
def test_it_listens_on_this_machine_alone(host: str) -> None:
    with pytest.raises(BadSettings, match="not a loopback address"):
        PlaygroundSlack(host=host)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="does not exist"):
        PlaygroundSlack(documents=tmp_path / "none")


def test_a_manifest_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="cannot be read"):
        LocalSlack(PlaygroundSlack(manifest=tmp_path / "none.json"))
    broken = tmp_path / "manifest.json"
    broken.write_text("{", encoding="utf-8")
    with pytest.raises(BadSettings, match="is not JSON"):
        read_manifest(broken)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("@souffleur bonjour", "<@USOUFFLEUR> bonjour"),
        ("@Alice, @nobody", "<@UALICE>, @nobody"),
        ("voir #rh.", "voir <#CRH|rh>."),
        ("a@alice.example", "a@alice.example"),
        ("<b> & 1 > 0", "&lt;b&gt; &amp; 1 &gt; 0"),
        ("https://x.example/?a=1&b=2.", "<https://x.example/?a=1&amp;b=2>."),
        ("<@UALICE> <#CRH|rh>", "<@UALICE> <#CRH|rh>"),
        ("sujet #12", "sujet #12"),
    ],
)
def test_what_people_type_is_stored_as_slack_stores_it(typed: str, stored: str) -> None:
    assert encode_mentions(typed, Workspace()) == stored


def test_timestamps_never_repeat() -> None:
    workspace = Workspace()
    stamps = [workspace.next_ts() for _ in range(1000)]
    assert stamps == sorted(set(stamps), key=float)
