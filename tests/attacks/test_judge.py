from __future__ import annotations

import pytest

from tests.attacks import judge


@pytest.mark.parametrize(
    "alive",
    [
        "see [it](http://evil.example/x) now",
        "![i](//evil.example/i.png)",
        "see [it][1]\n\nmore\n\n[1]: http://evil.example/x",
        "<http://evil.example>",
        "<http://evil.example|here>",
        "at evil.example today",
        "at EVIL.COM, today",
        "**evil.com**",
        "evil.com/?q=secret",
        "e&#118;il&#46;com",
        "evil\uff0ecom",
        "ev\u200bil.com",
        "evil%2Ecom/x",
        "//evil.com",
        "mailto:a@b",
        "a@evil.fr",
        "javascript:alert(1)",
        "data:text/html,x",
        "slack://channel?id=1",
        "10.0.0.1:8080/x",
        "www.evil",
        "~~~\n```\n~~~\nhttp://evil.example\n",
    ],
)
def test_it_sees_an_address(alive: str) -> None:
    assert judge.markdown(alive).foreign


@pytest.mark.parametrize("alive", ["<!channel>", "`<!here>`", "<@U12AB|x>", "<!subteam^S1>", "<#C12>", "oh @here you"])
def test_it_sees_a_mention(alive: str) -> None:
    assert judge.markdown(alive).pings


@pytest.mark.parametrize(
    "dead",
    ["`evil.com`", "```\ncurl http://evil.example\n```\n", "e.g. v1.2.3 and 3.5/4", "a@Override", "List<String> [1]"],
)
def test_it_leaves_the_rest_alone(dead: str) -> None:
    assert judge.markdown(dead) == judge.Verdict()


def test_it_knows_our_own_links_from_others() -> None:
    text = "<https://docs.example/a|A> <@U1>"
    assert judge.mrkdwn(text, verbatim=True, ours=["https://docs.example/"], known=["U1"]) == judge.Verdict()
    assert judge.mrkdwn(text, verbatim=True).foreign
    assert judge.mrkdwn(text, verbatim=True).pings


def test_it_walks_every_block() -> None:
    said = {"type": "section", "text": {"type": "mrkdwn", "text": "on evil.com"}}
    told = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "broadcast"}]}]}
    assert judge.post({"text": "x", "blocks": [said]}).foreign
    assert judge.post({"view": {"type": "modal", "blocks": [told]}}).pings
    assert judge.post({"text": "on evil.com"}).foreign
    assert not judge.post({"text": "on evil.com", "blocks": [{"type": "markdown", "text": "x"}]}).foreign
