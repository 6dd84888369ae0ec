"""Templates compiled to less work write what Jinja itself writes, byte for byte."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, StrictUndefined, UndefinedError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from directory.model import ResourceKind
from directory.typography import typeset
from tests.web.conftest import SITE
from tests.web.visitor import Visitor
from web.app import create_app
from web.compiling import LeanEnvironment
from web.services import Services
from web.typesetting import (
    LONGEST_KEPT,
    MOST_KEPT,
    Typesetting,
    _typeset_once,
    typeset_kept,
    typeset_shown,
)

PATHS = (
    *("/", "/?q=kiné+cachan", "/?q=ehpad+5+km+fresnes&size=100", "/?q=%3Cb%3E+%26+%22a%22+%27b%27"),
    *("/?q=medecin&kind=practitioner&sort=distance", "/?q=zzzxqwvk+fresnes", "/secretariat"),
    *("/agenda", "/imports", "/composants", "/panorama", "/nulle-part", "/?radius_km=beaucoup"),
)
HOSTILE = ("<b>", "a & b", "L'Haÿ : « x »", '"', "12 km ?", "", "Infirmier", "٣ km", "é")


class Html:
    def __html__(self) -> str:
        return "<i>"


class Text:
    def __str__(self) -> str:
        return "<t> : 3 km"


@pass_context
def seen(context: Context, name: str) -> Any:
    """A variable of the template, those of its loops included."""
    return context[name]


VALUES: dict[str, Any] = {
    "texts": HOSTILE,
    "others": (
        *(Markup("<b>"), Html(), Text(), 3, -1.5, True, None, ResourceKind.PRACTITIONER),
        *([1, "<"], {"a": "b"}, b"<"),
    ),
    "seen": seen,
    "shout": str.upper,
    "make": dict,
    "join": " & ".join,
}
TEMPLATES = (
    "{% for one in texts %}<p title='{{ one }}' class=\"{{ one }}\">{{ one }}</p>{% endfor %}",
    "{% for one in others %}<p title='{{ one }}' class=\"{{ one }}\">{{ one }}</p>{% endfor %}",
    "{% for one in texts %}{{ one|kept }}{{ one|upper }}<i class='{{ one|kept }}'>{% endfor %}",
    "<b class=\"{{ 'on' if texts|length > 99 }}\">{{ 'on' if none }}</b>{{ '<c> : ' }}",
    "{% macro m(a, b='<d>', c=none) %}{{ a }}{{ b }}{{ c }}{% endmacro %}"
    "{{ m('<') }}{{ m('<', '&') }}{{ m('<', '&', 3) }}{{ m(a='x', c='\"') }}{{ m() if none }}",
    "{% macro m(a) %}{{ a }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m('<', '>', z='&') }}",
    "{% macro m(a) %}{{ a }}{{ varargs }}{% endmacro %}{{ m('<', '>') }}{{ m('<') }}",
    "{% macro m(a) %}<i>{{ caller(a) }}</i>{% endmacro %}"
    "{% call(x) m('<u>') %}{{ x }} : {{ texts[1] }}{% endcall %}",
    "{% for one in texts %}{% set a = one %}{{ seen('a') }}{{ shout(one) }}{{ join(texts) }}{% endfor %}",
    "{% set a %}<b>{{ texts[1] }}</b>{% endset %}{{ a }}{{ make(x='<')['x'] }}",
    "{% autoescape false %}{{ texts[1] }}<p>{{ texts[0] }}{% endautoescape %}",
    "{% filter upper %}a {{ texts[1] }}{% endfilter %}",
)


def environments() -> tuple[Environment, Environment]:
    given: dict[str, Any] = {
        "autoescape": True,
        "undefined": StrictUndefined,
        "extensions": [Typesetting],
    }
    return LeanEnvironment(**given), Environment(**given)


@pytest.mark.parametrize("template", TEMPLATES)
def test_it_writes_what_jinja_writes(template: str) -> None:
    lean, plain = (one.from_string(template).render(**VALUES) for one in environments())
    assert lean == plain


@pytest.mark.parametrize(
    "template",
    [
        "{{ x }}",
        "<p title='{{ x }}'>",
        "{{ x() }}",
        "{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}",
    ],
)
def test_what_is_not_defined_is_an_error(template: str) -> None:
    for one in environments():
        with pytest.raises(UndefinedError):
            one.from_string(template).render()


@pytest.mark.parametrize("call", ["m(1, 2)", "m(1, b=2)"])
def test_a_macro_takes_no_more_than_it_says(call: str) -> None:
    for one in environments():
        with pytest.raises(TypeError):
            one.from_string("{% macro m(a) %}{{ a }}{% endmacro %}{{ " + call + " }}").render()


def test_a_template_may_bring_globals() -> None:
    for one in environments():
        one.globals["a"] = "all"
        assert one.from_string("{{ a }}{{ b }}", globals={"a": "own", "b": 1}).render() == "own1"
        assert one.from_string("{{ a }}").render() == "all"


@given(st.text(alphabet=" \u00a0\u202f0123hmsgkoMin%€:;!?«»'’a,-\n<&\"٣"))
def test_a_text_is_typeset_then_escaped_however_it_is_shown(text: str) -> None:
    assert typeset_shown(text) == typeset_kept(text) == str(escape(typeset(text)))


def test_what_is_kept_is_bounded_and_short() -> None:
    assert _typeset_once.cache_info().maxsize == MOST_KEPT
    before = _typeset_once.cache_info().misses
    assert typeset_kept("<" * (LONGEST_KEPT + 1)) == "&lt;" * (LONGEST_KEPT + 1)
    assert _typeset_once.cache_info().misses == before


@pytest.mark.slow
def test_pages_are_those_jinja_writes(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    lean = Visitor(create_app(services), base_url=SITE)
    monkeypatch.setattr("web.render.LeanEnvironment", Environment)
    plain = Visitor(create_app(services), base_url=SITE)
    for path in PATHS:
        assert lean.get(path).text == plain.get(path).text, path
