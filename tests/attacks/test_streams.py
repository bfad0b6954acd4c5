"""Generated streams through the output filter, a reply in a thread and a step of a workflow: nothing is alive after."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import pytest

from bot.answering.answer import Answer, AnswerEvent, AnswerText
from bot.answering.output_filter.filter import OutputFilter
from bot.answering.question import Question
from bot.slack.handlers.workflow_step import STEP
from bot.slack.views.markup import neutralize_plain_text
from bot.slack.views.rich_text import strip_markdown
from tests.attacks import judge
from tests.attacks.corpus import ATTACKS
from tests.attacks.grammar import StreamGrammar
from tests.attacks.streams import PARSERS, find_alive, join_words, judge_messages, play_streams, post_stream, read_by
from tests.bot.slack.running_bot import SLACK, at_work, citation, until

STREAMS = 5_000  # `python -m tests.attacks --streams 200000` plays more, by hand
PARTS = 5


def _chance(n: int) -> random.Random:
    return random.Random(n)  # noqa: S311 - the same number gives the same stream


@pytest.mark.parametrize("part", range(PARTS))
def test_nothing_alive_leaves_in_any_piece(part: int) -> None:
    count = STREAMS // PARTS
    assert list(play_streams(part * count, count)) == []


async def test_cuts_change_nothing() -> None:
    for n in range(200):
        grammar = StreamGrammar(_chance(n))
        stream = grammar.draw_stream()
        whole = [join_words(message) for message in await post_stream([stream])]
        assert [join_words(message) for message in await post_stream(grammar.draw_pieces(stream))] == whole, stream


def test_most_streams_would_be_alive_without_the_filter() -> None:
    streams = [StreamGrammar(_chance(n)).draw_stream() for n in range(300)]
    assert sum(any(find_alive(stream)) for stream in streams) > 200


# What once got through. Each is a class of the grammar; the examples are what a generated stream showed.
@pytest.mark.parametrize(
    "stream",
    [
        r"voir https\:\/\/evil\.test ici",
        r"<\!channel> eve\@evil\.test",
        "[a\nb]:\n  //evil.test\n\n[a b] ![x][a b]",
        "[a\\]b]: //evil.test\n\n[a\\]b]",
        "x evil.\u092d\u093e\u0930\u0924 evil\ufe52com evil\ufe12com evil\u2488com",
        "\uff20channel \ufe6bhere",
        "<eve@localhost> <`a`@b> x <a`b`c@d> <`eve`@evil.test>",
        "```\n<!group>\n<!HERE>\n<!subteam^S1|a b>\n```",
        "Voir www.[9]evil.test et http://[9]evil.test",
        "ev*il*.com @channel*a*",
        "~~~~~\n```\n```\u00a0\n```\nhttp://evil.test\n",
        "1. a\n   ```\n   x\n```\n\n```\nhttp://evil.test\n```\nhttp://evil.test",
        "*    ```x`y\n   ```x\n\n- <!channel>\n",
        "\t```\n`a`\n\nx `b` evil.com `c` evil.com",
        "<x y=\"`\">evil.com `a",
        "<div>\n```\n\n[a](http://evil.test)\n```",
        "[^1 `evil.com` ]",
        "//evil.t \u0947.\u0440\u0444 \U0001f44d.com",
        "&#104\\;ttp&colon;//evil.test",
        "```" + "x" * 600 + " `\nhttp://evil.test\n",
        "| `<a>` | ![`code`](https://evil\u2488fr/`x`) |\n| :-: | --- |\n| b | c |",
        "`` ` [~~[1](<` ``x`a`@evil.test>)",
        "# `[INST][^1]:` [~~[1](<`a`@EVIL.xn--h2brj9c>)~~](//evil.test) x\n",
        "mot" * 180 + "www.evil.test " + "mot" * 90 + "@" + "mot" * 90 + ".test",
        "<" + "mot" * 180 + "@evil> x <" + "y" * 90 + " z='`'> evil.test `a",
        "args[0] 3][2][7] (x)",
        "evil.[9, 9]com ",
        "<s>~~~\n```\n~~~\nhttp://evil.example\n",
        "\u200b```\n```\nhttp://evil.example\n",
        "e\u0301&#x2e;com www._ _10.0.0.1_ _@here_ %2Edata:x Deux://&period; <www.> ``` <//x> y",
        "\\ [9]<http://evil.com|x>",
        "[x]:\n\n<s> [x]:Deux",
        "[x]:\n\n[9] [x]:Deux",
        "http: [9]//evil http [9]://evil",
        "<http://evil.com|x>\n|---|---|",
        "`a | b` c `evil.com`\n|---|---|",
        "`a | b` c evil.com\n|---|---|",
        "x" * 60 + "[\uff06\uff0372\uff1bTTPS&\uff0358;&\uff0347;&\uff0347;va&\uff0346;com/il\uff06#46;fr/.x\uff3d",
        "www%2eevil%2ecom@channelirc://x x%2Eevil%2Ecom@b",
        "[~~x] a`~~b` `c` https://evil.test `d`",
        "a ~~[x] (`evil.zip` 'a`b')~~~~`code`www.evil.test",
        "- a\n  ```\n\u00a0\n  ```\n```\n[x](www.evil.io)\n",
        "<div>\n\u3000\n```\n\n[a](http://evil.test)\n```",
        "<javasc" + "mot" * 180 + "ript:x>",
        "> > [9]_`\n- [a`b]:slack:x> (`)\n\n[x][a`b] text[a`b]\n\n",
        "<pre>\n\n```\n</pre>\n[x](http://evil.test)\n```\n",
        "--@a.x -.-@www.x " + "-" * 90 + "@a.x " + "." * 90 + "@a.x",
    ],
)  # fmt: skip
async def test_what_once_got_through_is_dead(stream: str) -> None:
    for pieces in ([stream], list(stream)):
        messages = await post_stream(pieces)
        assert list(judge_messages(messages, _chance(0))) == []


async def test_definitions_whose_label_and_title_share_code_are_dead() -> None:
    """Markdown looks for definitions before code, so a label may begin before code and end in it."""
    chance = _chance(0)

    def draw(choices: Sequence[str], most: int = 1) -> str:
        return "".join(chance.choices(choices, k=chance.randint(1, most)))

    for _ in range(200):
        label = draw(("a", "`", "``", "\\]", "\\[", "[", " ", "\n", "~~", "|", "*", "&#93;"), 5)
        target = draw(("http://evil.test", "<http://evil.test>", "slack:x>", "//evil.test", "\nevil.test", "<a`b>"))
        title = draw((" (`)", " '`'", " (``)", "\n(`)", " (a`b)"))
        begins = draw(("", "> ", "- ", "x\n\n", "> > y\n- ", "1. ", "`a`\n\n", "`\n\n"))
        stream = f"{begins}[{label}]{draw((':', ': '))}{target}{title}\n\n[x][{label}] t[{label}] [{label}]\n"
        for pieces in ([stream], list(stream)):
            assert list(judge_messages(await post_stream(pieces), chance)) == [], stream


@pytest.mark.parametrize("cut", range(1, 12))
async def test_a_mention_in_code_that_is_cut_in_two_is_defused(cut: int) -> None:
    code = "```\n<!channel> x\n```\n"
    messages = await post_stream(["Voici un exemple :\n", code[:cut], code[cut:]])
    assert list(judge_messages(messages, _chance(0))) == []
    assert "".join(map(str, messages[0])).endswith("```\n< !channel> x\n```\n")


@pytest.mark.parametrize("parser", PARSERS)
def test_each_parser_sees_a_link_an_image_and_code(parser: str) -> None:
    reading = read_by(parser, "a [b](http://x.test/1) ![c](http://x.test/2) [d]\n\n[d]: http://x.test/3\n\n`code` e")
    assert sorted(reading.targets) == ["http://x.test/1", "http://x.test/2", "http://x.test/3"]
    assert "code" not in reading.prose
    assert "e" in reading.prose


@pytest.mark.parametrize(
    "answer",
    [
        "Deux jours par semaine [1], voir le guide [2]: il dit tout.\n\n- un\n- deux\n",
        "1. trois\n   ```bash\n   ls\n   ```\n2. quatre\n   - cinq\n",
        "**Note** : *vu*, ~~barré~~, R&D, List<String>, a@Override.\n",
        '```java\n@Bean\nMap<String, List<Integer>> m = a[0]; // http://localhost:8080/x?y <b>\n```\nFin.\n',
        "```xml\n<!-- a -->\n<!DOCTYPE html>\n<bean class=\"x\"/>\n<![CDATA[x]]>\n```\nFin.\n",
        "# Titre\n\n> cité\n\nx < y, 5 * 3 * 2, `http://a.b/c`.\n",
        "Une ligne `rates: list[int]: x` et `d[0]: 1`, `[a]: b`.\n",
        "C:\\Users\\x, \\*pas en gras\\*, <code> et </code>, e.g. 3.5/4, 100 €.\n",
        "Réponse : « oui ». Voir p. 12 (art. L.1225-4).\n",
        "½, №, …, →, ✓, 50 %, 👍 et \u0939\u093f\u0928\u094d\u0926\u0940.\n",
    ],
)  # fmt: skip
async def test_ordinary_answers_leave_as_they_are(answer: str) -> None:
    for pieces in ([answer], list(answer)):
        assert ["".join(map(str, message)) for message in await post_stream(pieces)] == [answer]


STREAMS = 400


async def test_no_attack_is_alive_in_the_answer_or_the_sources_of_a_step() -> None:
    async def obey(question: Question) -> AsyncIterator[AnswerEvent]:
        said = ATTACKS[int(question.text)].said
        output_filter = OutputFilter(1)
        shown = output_filter.filter_text(f"As asked [1].\n\n{said}\n\nEnd [1].") + output_filter.flush_text()
        yield AnswerText(shown)
        yield Answer(shown, "answered", "en", citations=(replace(citation(), document=said),))

    async with at_work(obey, replace(SLACK, rate_factor=0.0), workflow_step="on") as desk:
        executions = desk.slack.functions.executions
        for n, attack in enumerate(ATTACKS):
            name = desk.slack.run_step(STEP, {"question": str(n)})
            await until(lambda name=name: not executions[name].is_running)  # type: ignore[misc] # bound at once
            outputs = executions[name].outputs or {}
            for output in (str(outputs["answer"]), str(outputs["sources"])):
                assert judge.judge_words(output) == judge.Verdict(), attack
                assert list(find_alive(output)) == []


def test_nothing_that_the_output_filter_made_code_is_alive_without_the_marks_of_code() -> None:
    for n in range(STREAMS):
        stream = StreamGrammar(random.Random(n)).draw_stream()  # noqa: S311 - the same streams each time
        output_filter = OutputFilter(3)
        filtered = output_filter.filter_text(stream) + output_filter.flush_text()
        assert list(find_alive(neutralize_plain_text(strip_markdown(filtered)))) == [], stream
