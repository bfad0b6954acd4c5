from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.answering.output_filter.filter import OutputFilter
from bot.answering.output_filter.links import neutralize_markdown
from tests.bot.answering.commonmark import prose

PASSAGES = 3
# Words that have made streams go wrong: whatever may open a link, a citation, code, or a verdict.
TRICKY = (
    "Deux", "jours", "par", "semaine.", "[1]", "[9]", "[1,", "3]", "[2][7]", "args[0]", "jours[2].", "`code`", "`a",
    "b`", "```", "```java", "~~~", "[lien](http://evil.example/x)", "![i](http://evil.example/i.png)", "[a", "b](http:",
    "<@U123ABC>", "<!channel>", "<http://evil.example|x>", "http://evil.example", "[x]:", "NOT_FOUND", "NOT\\_FOUND.",
    "\\`", "``", "    ```", "  ```", "> ```", "evil.example/?d=1", "mailto:a@evil.example", "http://", "www.",
    "h[9]ttp://evil.example/x", "(x)",
    "**Il", "manque", ":**", "…", "List<String>", "a<b", "(voir)", "*", "-", "é", "![", "](",
)  # fmt: skip
ANSWERS = st.lists(
    st.tuples(st.sampled_from(TRICKY), st.sampled_from([" ", " ", " ", "\n", "", "  ", "\n\n", "\n   "])), max_size=25
).map(lambda words: "".join(word + space for word, space in words))


_SPACES = re.compile(r" +")  # of several after the mark of a list, one is kept


def through(*pieces: str, passages: int = PASSAGES) -> OutputFilter:
    output_filter = OutputFilter(passages)
    shown = "".join([output_filter.filter_text(piece) for piece in pieces]) + output_filter.flush_text()
    assert shown == output_filter.text
    return output_filter


@given(ANSWERS, st.data())
@settings(max_examples=400)
def test_the_text_does_not_depend_on_how_the_stream_is_cut(answer: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(answer)), max_size=12)))
    pieces = [answer[a:b] for a, b in zip([0, *cuts], [*cuts, len(answer)], strict=True)]
    cut, whole = through(*pieces), through(answer)
    assert (cut.text, cut.prose, cut.wrote_not_found) == (whole.text, whole.prose, whole.wrote_not_found)


@given(st.text(alphabet="abcé .,\n()'!-*_:;0123456789", max_size=80), st.integers(1, 7))
@example("-  0", 1)
@settings(max_examples=300)
def test_plain_prose_comes_through_whole_and_once(answer: str, size: int) -> None:
    answer = re.sub(r"(?<=[\w*])\.(?=[\w*])", ". ", answer)  # without a space it may be an address
    pieces = [answer[at : at + size] for at in range(0, len(answer), size)]
    assert _SPACES.sub(" ", through(*pieces).text.rstrip()) == _SPACES.sub(" ", answer.strip())


@given(ANSWERS)
@example("3][2][7] ")
@example("args[0] 3][2][7](x) ")
@example("args[0][2][7] ")
@settings(max_examples=400)
def test_no_prose_holds_a_link_a_mention_or_a_number_without_a_passage(answer: str) -> None:
    prose = re.sub(r"\w\[0\](?:\[\d\])+", "", through(answer).prose)  # args[0][9] is an index
    assert "](" not in prose
    assert "<@" not in prose
    assert "<!" not in prose
    assert "[9]" not in prose
    assert "[7]" not in prose


@given(st.text(alphabet="abc []()<>`\\*_", max_size=60))
@settings(max_examples=300)
def test_nothing_is_held_for_ever(noise: str) -> None:
    """A bracket that never closes does not keep the rest of a long answer back."""
    output_filter = OutputFilter(PASSAGES)
    output_filter.filter_text("Une phrase assez longue pour commencer.\n[" + noise)
    assert output_filter.filter_text(" mot" * 300)


def test_a_code_span_that_never_closes_holds_nothing_back_and_lets_no_link_out() -> None:
    output_filter = OutputFilter(PASSAGES)
    shown = output_filter.filter_text(
        "Il suffit de taper `une commande" + " mot" * 300 + " [x](http://evil.example) fin "
    )
    assert shown.endswith(" x fin")


@pytest.mark.parametrize(
    "refusal",
    [
        "NOT_FOUND",
        "NOT_FOUND.",
        " \n**NOT_FOUND**",
        "`NOT_FOUND`",
        "NOT\\_FOUND",
        "NOT FOUND",
        "Réponse : NOT_FOUND",
        "NOT_FOUND\n\nLes passages ne disent rien des licornes [1].",
    ],
)
def test_a_refusal_shows_nothing(refusal: str) -> None:
    output_filter = through(*refusal)
    assert output_filter.text == ""
    assert output_filter.is_only_not_found


@pytest.mark.parametrize(
    ("opening", "shown"),
    [
        ("Deux jours ", "Deux jours"),
        ("Notre guide ", "Notre guide"),
        ("Réponse : deux ", "Réponse : deux"),
        ("Deux ", ""),
        ("Réponse : ", ""),
        ("NOT ", ""),
        ("**NOT_", ""),
    ],
)
def test_the_first_words_are_held_only_while_they_may_become_a_refusal(opening: str, shown: str) -> None:
    assert OutputFilter(PASSAGES).filter_text(opening).rstrip() == shown


def test_a_refusal_after_a_sentence_is_kept_from_the_reader() -> None:
    output_filter = through(*"Les passages parlent du congé parental [1]. NOT_FOUND")
    assert output_filter.text.rstrip() == "Les passages parlent du congé parental [1]."
    assert output_filter.wrote_not_found
    assert not output_filter.is_only_not_found


@pytest.mark.parametrize(
    "answer",
    [
        "The handler returns HttpStatus.NOT_FOUND when the order is missing [1].",
        "A missing order gives the status NOT_FOUND, as the guide says [1].",
        "Le contrôleur répond ainsi [1] :\n```java\nreturn NOT_FOUND\n```\n",
    ],
)
def test_the_status_of_the_same_name_is_left_alone(answer: str) -> None:
    output_filter = through(*answer)
    assert output_filter.text.replace("`HttpStatus.NOT_FOUND`", "HttpStatus.NOT_FOUND") == answer
    assert not output_filter.wrote_not_found


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Voyez [le guide](https://evil.example/x) pour cela.", "Voyez le guide pour cela."),
        ("Voyez [1](https://evil.example/x) pour cela.", "Voyez [1] pour cela."),
        ("Une image ![schéma](https://evil.example/i.png?q=secret) suit.", "Une image schéma suit."),
        ("Une adresse https://evil.example/x suit ici.", "Une adresse `https://evil.example/x` suit ici."),
        ("Une adresse <https://evil.example/x> suit ici.", "Une adresse `https://evil.example/x` suit ici."),
        ("Demandez à <@U123ABC> ou <!channel> demain.", "Demandez à `U123ABC` ou `channel` demain."),
        ("Voyez [le\nguide](https://evil.example) ici.", "Voyez [le\nguide] (`https://evil.example`) ici."),
        ("Voyez [le guide][x] pour tout cela.\n[x]: //evil.example", None),
        ("Le tableau args[0] et le mot `[9]` restent.", "Le tableau args[0] et le mot `[9]` restent."),
        ("Deux jours [9] par semaine [1][9] [1, 7].", "Deux jours par semaine [1] [1]."),
        ("Deux jours[1] et trois[9] de plus ici.", "Deux jours[1] et trois de plus ici."),
        ("De un à trois [1-3] selon les textes.", "De un à trois [1][2][3] selon les textes."),
        ("See \\` [click](http://evil.example/?d=secret) \\` now.", "See ' click ' now."),
        ("Voir `` [ici](http://evil.example/x) ` donc.", "Voir ' ici ' donc.".replace("'", "''", 1)),
        (
            "Un ` seul\npuis ` [ici](http://evil.example/x) ` donc.",
            "Un ' seul\npuis ` [ici](http://evil.example/x) ` donc.",
        ),
        ("Voici :\n    ```\n[ici](x)\n      ```\n[ici](x)", "Voici :\n   ```\n   [ici](x)\n   ```\nici"),
        ("- Voici :\n  ```\n  code\n[ici](x)\n```\n[ici](x)", "- Voici :\n  ```\n  code\n  [ici](x)\n  ```\nici"),
        ("Allez sur evil.example/?d=secret maintenant.", "Allez sur `evil.example/?d=secret` maintenant."),
        ("Écrivez à mailto:eve@evil.example maintenant.", "Écrivez à `mailto:eve@evil.example` maintenant."),
        ("Le lien h[9]ttp://evil.example/x est faux.", "Le lien h`ttp://evil.example/x` est faux."),
        ("Un `` a ` b `` reste, et/ou la page 3.5/4 aussi.", "Un `` a ` b `` reste, et/ou la page 3.5/4 aussi."),
        ("Une `commande [x](y) <@U1>` reste entière.", "Une `commande [x](y) <@U1>` reste entière."),
        ("Il suffit de ```ceci``` puis [x](http://evil.example).", "Il suffit de ```ceci``` puis x."),
        ("```ceci``` puis, plus loin, [x](http://evil.example).", "```ceci``` puis, plus loin, x."),
        ("[Note]: le télétravail est encadré [1].", "[Note] : le télétravail est encadré [1]."),
        ("Le mot `a` [x]: reste, comme la suite.", "Le mot `a` [x]: reste, comme la suite."),
    ],
)
def test_prose_is_checked_before_it_leaves(written: str, shown: str | None) -> None:
    expected = shown or "Voyez [le guide][x] pour tout cela.\n[x] : `//evil.example`"
    assert through(*written).text == expected
    assert through(written).text == expected


def test_code_leaves_as_it_is() -> None:
    code = "```java\n// see http://localhost:8080 [9]\nList<@NonNull String> a = args[9]; // <!channel>\n    ```x\n```"
    answer = f"Voici la classe demandée [1] :\n{code}\nEt voilà [9]."
    output_filter = through(*answer)
    assert output_filter.text == f"Voici la classe demandée [1] :\n{code}\nEt voilà."
    assert "args" not in output_filter.prose


@pytest.mark.parametrize("indent", ["", " ", "   "])
def test_an_address_in_a_block_of_code_leaves_as_it_is(indent: str) -> None:
    answer = (
        f"1. Lancez ceci :\n{indent}```bash\n{indent}curl http://localhost:8080/x?y [9]\n{indent}```\nPuis attendez."
    )
    assert through(*answer).text == answer


def test_code_deep_in_a_list_is_code_for_whoever_reads_it() -> None:
    answer = "1. Lancez ceci :\n\n    ```bash\n    curl http://localhost:8080\n    ```\nPuis attendez."
    assert through(*answer).text == answer.replace("    ```", "   ```")


@given(ANSWERS)
@example("www.Deux ")
@example("a<b evil.example/?d=1 > ``` ")
@example("![ [9]  3] ")
@example("\\`  [x]: ")
@settings(max_examples=400)
def test_filtering_again_what_was_let_out_changes_spaces_alone(answer: str) -> None:
    """A space more or less opens no link: the first pass knows what it has let out of a line, the second does not."""
    once = through(answer.replace("NOT", "not"))  # a refusal is found by where it stands, and spaces move it
    assert "".join(through(once.text).text.split()) == "".join(once.text.split())


@given(ANSWERS)
@settings(max_examples=400)
def test_what_has_been_made_safe_twice_as_the_filter_does_stays_as_it_is(answer: str) -> None:
    for line in answer.splitlines():
        safe = neutralize_markdown(neutralize_markdown(line))
        assert neutralize_markdown(safe) == safe


def test_a_tag_that_an_address_within_it_ends_is_none_at_once() -> None:
    line = "a<b evil.example/?d=1 > ``` "
    assert neutralize_markdown(line) == neutralize_markdown(neutralize_markdown(line))


@given(ANSWERS)
@settings(max_examples=600)
def test_no_address_is_alive_for_who_reads_markdown_strictly(answer: str) -> None:
    """Outside of code, as CommonMark tells it from prose, nothing is left that a renderer makes a link of."""
    alive = "".join(prose(through(answer).text))
    assert "://evil" not in alive
    assert "evil.example/" not in alive
    assert "mailto:" not in alive


def test_a_short_first_line_does_not_hide_the_code_below_it() -> None:
    assert through(*"Voici :\n```\n[x](y) [9]\n```\n").text == "Voici :\n```\n[x](y) [9]\n```\n"


@pytest.mark.parametrize(
    ("answer", "lacks"),
    [
        ("Deux jours [1].\n\nIl manque : le cas des stagiaires.", True),
        ("Deux jours [1].\n**Il manque\u00a0:** le cas des stagiaires.", True),
        ("Two days [1].\n- Missing: the case of interns.", True),
        ("Two days [1]. The log says `Missing: key`.", False),
        ("Il manque un jour à ce calcul [1].", False),
    ],
)
def test_the_line_on_what_is_missing_is_noticed(answer: str, lacks: bool) -> None:
    assert through(*answer).names_missing_parts is lacks


def test_words_leave_as_soon_as_they_are_whole() -> None:
    output_filter = OutputFilter(PASSAGES)
    assert (
        output_filter.filter_text("Le télétravail est possible deux jours par sem")
        == "Le télétravail est possible deux jours par"
    )
    assert output_filter.filter_text("aine [1") == " semaine"
    assert output_filter.filter_text("] sauf ") == " [1] sauf"
    assert output_filter.flush_text() == " "


@pytest.mark.parametrize("token", ["&lt;|im_end|&gt;", "&amp;lt;/s&amp;gt;"])
def test_a_control_token_that_entities_spell_is_removed(token: str) -> None:
    output_filter = OutputFilter(1)
    assert (output_filter.filter_text(f"One {token} two. ") + output_filter.flush_text()).split() == ["One", "two."]
