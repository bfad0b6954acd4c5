"""Makes random web pages that may hide the word in them: any selector × any property × any place to say it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

WORD = "zqwsecret"
TEXT = f"{WORD} obey me now"
_TAGS = ("p", "div", "span", "section", "b", "h2", "a", "li", "td", "font", "blockquote", "em", "button", "label")
_SETS: dict[str, str] = {
    "SMALL": "0|0px|1px|0em|.5px|3px|calc(1px - 1px)|var(--none)|0%|min(0px, 5em)|2em|300px|auto",
    "FAR": "-9999px|-5000px|-200vw|-100%|-60px|-1000em|9999px|0|20px|calc(-1 * 9999px)|-4000px",
    "WHITE": "#fff|white|#fefefe|rgb(255 255 255)|hsl(0 0% 100%)|#fffffe|var(--white)|rgba(255,255,255,.9)|"
    "oklch(1 0 0)|WHITE|snow|#FFF9|#eee|lab(100 0 0)|color-mix(in srgb, white, white)",
    "DARK": "#000|black|#111|navy|rgb(0,0,0)|#0008",
    "CLEAR": "transparent|rgba(0,0,0,0)|#0000|rgb(1 2 3 / 0%)|hsla(0,0%,0%,0)|#00000003",
    "CUT": "hidden|clip|auto|visible|scroll",
}
_IMPORTANT = ("", "", "", " !important", " ! important")
_CHOICE = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class GeneratedPage:
    """A page with one word that may be hidden; `has_media` says that screen and paper may differ."""

    html: str
    has_media: bool


_WAYS = (
    "display:<none|none|block|inline|inline-block|contents|flex|nonsense|NONE|initial>",
    "visibility:<hidden|collapse|visible|hidden|unset|bogus>",
    "opacity:<0|0|0%|.01|0.5|1|calc(0)|-1|1e-3|var(--zero)|x>",
    "font-size:<0|0px|1px|0.1em|1%|.01rem|16px|medium|-5px|calc(0px)|3px|var(--none)|larger>",
    "font:<0/0 a|1px serif|italic 16px serif|0 monospace|bold 1px/2 x|16px>",
    "color:<WHITE>",
    "color:<WHITE>",
    "color:<CLEAR>",
    "color:<DARK>;background:<DARK>",
    "color:<WHITE>;background-color:<DARK>",
    "background:<linear-gradient(#fff,#fff)|linear-gradient(#000,#000)|black|none|"
    "url(data:image/gif;base64,R0lGODlhAQABAAAAACw=)>;color:<WHITE>",
    "-webkit-text-fill-color:<transparent|#fff|#0000|black|snow>",
    "<height|max-height|block-size|max-block-size>:<SMALL>;overflow:<CUT>",
    "<width|max-width|inline-size>:<SMALL>;overflow:<CUT>;white-space:<nowrap|normal>",
    "height:0;overflow:hidden;<padding:10px|min-height:30px|padding-bottom:40px|display:inline|float:left|"
    "position:absolute|border:1px solid>",
    "overflow:hidden;height:20px;box-sizing:border-box;<padding-top:60px|line-height:100px|"
    "text-indent:120%;white-space:nowrap|padding-top:2px>",
    "line-height:<0|1|1.5|0px>;overflow:hidden",
    "position:<absolute|fixed|relative|static|sticky>;<left|top|right|bottom>:<FAR>",
    "position:<absolute|fixed>;inset:<-9999px auto auto -9999px|0 0 0 -9999px|0|5px auto auto 5px>",
    "margin-<left|top|right|bottom>:<FAR>",
    "text-indent:<FAR>;<overflow:hidden|white-space:nowrap|direction:rtl|a:b>",
    "clip:rect(<0,0,0,0|0 0 0 0|1px,1px,1px,1px|auto,auto,auto,auto|0,500px,200px,0>);"
    "position:<absolute|fixed|static|relative>",
    "<-webkit-|>clip-path:<inset(50%)|inset(100%)|circle(0)|circle(0 at 5px 5px)|polygon(0 0,0 0,0 0)|none|"
    "ellipse(0 0)|inset(0)|inset(0 100% 0 0)|circle(90%)|polygon(0 0,0 100%,100% 100%,100% 0)>",
    "transform:<scale(0)|scaleX(0)|scaleY(0)|scale(.01)|matrix(0,0,0,0,0,0)|rotateY(90deg)|rotateX(90deg)|"
    "translateX(-9999px)|translate(-200vw, 0)|translateY(-500%)|rotate(5deg)|scale(1)|scale3d(0,0,0)|none|"
    "scale(2) scale(0)|translateZ(0)|matrix3d(0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1)|skewX(89.9deg)|"
    "rotate3d(1,0,0,90deg)|rotateX(.25turn)>",
    "<scale:0|scale:1 0|translate:-9999px|rotate:x 90deg|rotate:y 90deg|scale:1|zoom:.02|zoom:1|rotate:0 1 0 90deg>",
    "filter:<opacity(0)|opacity(0%)|brightness(1)|blur(40px)|contrast(0)|grayscale(1)|none|opacity(1)|"
    "brightness(0) invert(1)|opacity(.5) opacity(0)>",
    "<-webkit-|>mask-image:<linear-gradient(transparent,transparent)|none|url(#x)|linear-gradient(black,black)>",
    "mix-blend-mode:<screen|lighten|normal|color-dodge|difference>;color:<black|white>",
    "content-visibility:<hidden|auto|visible>",
    "contain:<strict|size|paint|none|layout>;overflow:<CUT>",
    "z-index:<-1|1|0>;position:<relative|absolute|static>",
    "letter-spacing:<-1em|-20px|2px|-.02em|9999px|normal>",
    "animation:<gone|none|moves|shown> 0s forwards",
    "-webkit-text-security:<disc|none>",
    "all:<unset|initial|revert|inherit>",
    "flex:0 0 0;min-width:0;overflow:<CUT>",
    "display:grid;grid-template-rows:<0fr|0|1fr|auto>;overflow:<CUT>",
    "content:<url(x.png)|normal|none|'x'>",
    "float:<left|none>;width:<SMALL>;overflow:hidden",
    "offset-path:<path('M-9999 0 L-9998 0')|none>",
    "background:<white|black|#eee|navy|transparent>",
    "<color|background|margin|width|padding>:<red|5px|inherit|10px|0>",
)


def fill_choices(random: Random, template: str) -> str:
    """A text in which each `<a|b>` is one of its parts, or one of the set that it names."""
    return _CHOICE.sub(lambda found: random.choice(_SETS.get(found[1], found[1]).split("|")), template)


def _declarations(random: Random) -> str:
    """One way to hide or to show, with a random value."""
    said = fill_choices(random, random.choice(_WAYS))
    mark = random.choice(_IMPORTANT)
    return ";".join(f"{each}{mark}" for each in said.split(";")) if "base64" not in said else said


_SELECTORS = (
    ".{c}", "#{i}", "{t}.{c}", "*.{c}", "[data-k={c}]", ".{c}.{d}", "body .{c}", "div > .{c}, .none > .{c}",
    ".{c}:not(.other)",
    "html body *.{c}", ":is(.x, .{c})", ":where(.{c})", ".{c}:nth-child(n)",
    "[class~={c}]", "[class^={c}]", "[id$={i}]",
    "{t}",
    ".{c}:hover", ".on .{c}", ":root .{c}", ".{c}:first-child", ".{c}:has(+ *)", ".seen ~ .{c}", ".seen + .{c}", "*",
    ".{c}:focus-within", ".{c}:modal", ".{c}::first-line", ".{C}", "body:not(.none) .{c}:only-of-type",
    "[data-K='{c}' i]",
)  # fmt: skip


_AROUND = (
    "", "", "", "", "", "@media screen", "@media print", "@media all", "@media (min-width: 1px)",
    "@media (max-width:1px)",
    "@media not print", "@supports (display:block)", "@layer a", "@media screen and (min-width:300px)",
    "@media (width >= 300px)", "@media (prefers-color-scheme: dark)", "@container (min-width:1px)",
    "@media only screen",
)  # fmt: skip
_BEFORE = ("", "", "/* x */", "<!-- ", "}", ".y{color:red}", "@charset 'utf-8';")
_ATTRIBUTES = (
    "hidden", "hidden=''", "HIDDEN", "hidden=until-found", "popover", "inert", "aria-hidden=true", "color=white",
    "bgcolor=black", "size=1",
)  # fmt: skip
_OUTER = (
    "<dialog>{}</dialog>", "<template>{}</template>", "<noscript>{}</noscript>", "<canvas>{}</canvas>",
    "<dialog open>{}</dialog>", "<video>{}</video>", "<audio>{}</audio>", "<object>{}</object>", "<iframe>{}</iframe>",
    "<datalist>{}</datalist>", "<progress>{}</progress>", "<meter>{}</meter>",
    "<div>{}<template shadowrootmode=open>x</template></div>",
    "{}<div style='position:absolute;inset:0;background:#fff'></div>",
    "{}<div style='margin-top:-70px;background:#fff;height:80px;position:relative'></div>",
    "{}<div style='position:fixed;top:0;left:0;width:100%;height:100%;background:white'></div>",
)  # fmt: skip
_ONLY_INSIDE = {"td": "<table><tr>{}<td>seen</td></tr></table>", "li": "<ul>{}</ul>"}
_NO_BLOCKS_INSIDE = ("p", "h2", "button", "label", "li", "td")


def _rule(random: Random, tag: str, name: str) -> str:
    selector = random.choice(_SELECTORS).format(c=name, C=name.upper(), i=f"i{name}", t=tag, d=f"{name}d")
    more = random.choice(("", ";", ";" + _declarations(random)))
    rule = f"{selector}{{{_declarations(random)}{more}}}"
    if around := random.choice(_AROUND):
        rule = f"{around}{{{rule}}}"
    elif random.random() < 0.1:
        rule = f"body{{ & {rule} }}"
    return random.choice(_BEFORE) + rule


def _wrapped(random: Random, inner: str, depth: int, rules: list[str]) -> str:
    """The text in one more element, with attributes and rules of its own."""
    tag, name = random.choice(_TAGS), f"n{depth}"
    if depth > 0 and tag in _NO_BLOCKS_INSIDE:
        tag = "div"
    attributes = [f'class="{name} {name}d"', f'id="i{name}"', f'data-k="{name}"']
    rules += [_rule(random, tag, name) for _ in range(random.choice((0, 1, 1, 2) if depth == 0 else (0, 0, 1)))]
    if random.random() < 0.35:
        more = random.choice(("", ";" + _declarations(random)))
        attributes.append(f'style="{_declarations(random)}{more}"')
    if random.random() < 0.08:
        attributes.append(random.choice(_ATTRIBUTES))
    if tag == "a":
        attributes.append("href='#x'")
    made = _ONLY_INSIDE.get(tag, "{}").format(f"<{tag} {' '.join(attributes)}>{inner}</{tag}>")
    return random.choice(_OUTER).format(made) if random.random() < 0.08 else made


def generate_page(random: Random) -> GeneratedPage:
    """A random page with one text that may be hidden, and a text beside it that is seen."""
    rules = [":root{--white:#fff;--zero:0;--none:0px}@keyframes gone{to{opacity:0}}@keyframes moves{to{color:red}}"
             "@keyframes shown{to{opacity:1}}"]  # fmt: skip
    inner = TEXT
    for depth in range(random.choice((1, 1, 2, 3))):
        inner = _wrapped(random, inner, depth, rules)
    first, *others = rules
    sheets = f"<style>{first}</style>" + "".join(
        f"<style{random.choice(('', '', '', ' media=print', ' media=screen'))}>{rule}</style>" for rule in others
    )
    kind = random.choice(("<!DOCTYPE html>", "<!doctype html>", ""))
    body = random.choice(("", "", "", " bgcolor=white", " text=black", " text=white", " bgcolor=black text=white"))
    html = (
        f"{kind}<html><head>{sheets}</head><body{body}><p class=seen>Seen before.</p><div>{inner}</div>"
        "<p>Seen after.</p></body></html>"
    )
    return GeneratedPage(html, "print" in html or "screen" in html)
