"""Templates typeset what people read, and leave alone what machines read; no page is left out."""

import pytest
from jinja2 import Environment, TemplateSyntaxError

from tests.web.conftest import SITE
from tests.web.demonstration import crawl, demo
from tests.web.typeset import badly_spaced, sentences
from tests.web.visitor import Visitor
from web.app import create_app
from web.services import Services
from web.typesetting import Typesetting

__all__ = ["demo"]

UNLINKED = ("/api/docs", "/composants", "/nulle-part", "/fiche/inconnue", "/?radius_km=beaucoup")
NARROW, NO_BREAK = "\u202f", "\u00a0"


@pytest.fixture(scope="module")
def environment() -> Environment:
    return Environment(autoescape=True, extensions=[Typesetting])


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        ("<p>Quoi ? Oui !</p>", "<p>Quoi_? Oui_!</p>"),
        ("{{ x }} : là ; {{ y }} km", "un~: deux~: là_; 3_km"),
        ("« {{ x }} »", "«~un~: deux~»"),
        ("{% if y %}Oui ?{% endif %}<br>", "Oui_?<br>"),
        ("<b>{{ x }}</b> : <i>!</i>", "<b>un~: deux</b>~: <i>!</i>"),
        ("<p title='A ?' aria-label=\"{{ x }}\">", "<p title='A_?' aria-label=\"un~: deux\">"),
        ('<i {% if y %}title="A : b"{% endif %}>', '<i title="A~: b">'),
        ('<p title="L\'un ?">', '<p title="L\'un_?">'),
        ('<a href="/?q={{ x }} ?">', '<a href="/?q=un : deux ?">'),
        ('<input value="{{ x }}" class="a : b">', '<input value="un : deux" class="a : b">'),
        (
            '<input placeholder="{{ x }}" value="a ?">',
            '<input placeholder="un~: deux" value="a ?">',
        ),
        ("<code>a : {{ x }}</code> ; b", "<code>a : un : deux</code>_; b"),
        ("<pre><code>{{ x }}</code></pre>", "<pre><code>un : deux</code></pre>"),
        (
            '<textarea title="A ?">{{ x }} ?</textarea>',
            '<textarea title="A_?">un : deux ?</textarea>',
        ),
        ("<script>a ? b : c</script><!-- a : b -->", "<script>a ? b : c</script><!-- a : b -->"),
        ("<style>a : {{ x }}</style>", "<style>a : un : deux</style>"),
        ("{% macro one(a) %}<b>{{ a }}</b> !{% endmacro %}{{ one(x) }}", "<b>un~: deux</b>_!"),
        ("{% raw %}{{ ? }}{% endraw %} : {# a : b #}!", "{{_? }}~:_!"),
        ("{{ y + 1 }}{{ x if not y }}{{ 'a ?' ~ y }}", "4a ?3"),
        ("{{ '<b> : ' }}", "&lt;b&gt;~: "),
    ],
)
def test_what_people_read_is_typeset_and_nothing_else(
    environment: Environment, template: str, shown: str
) -> None:
    made = environment.from_string(template).render(x="un : deux", y=3)
    assert made.replace(NARROW, "_").replace(NO_BREAK, "~") == shown


def test_markup_that_does_not_end_is_refused_with_its_place(environment: Environment) -> None:
    with pytest.raises(TemplateSyntaxError, match='<a href="x'):
        environment.from_string('<p>a</p><a href="x : y')


def test_a_mistake_in_a_template_keeps_its_line(environment: Environment) -> None:
    with pytest.raises(TemplateSyntaxError) as raised:
        environment.from_string("<p>\na : b\n{# c\n #}</p>\n{% if %}")
    assert raised.value.lineno == 5


@pytest.mark.parametrize(
    "page",
    [
        "<p>Quoi ?</p>",
        "<p>Un <b>mot</b> : deux</p>",
        "<p>« mot »</p>",
        "<p>à 12 km</p>",
        "<p>un\n; deux</p>",
        '<p aria-label="Oui !"></p>',
        '<input placeholder="Ex. : deux">',
    ],
)
def test_a_plain_space_is_found_wherever_it_is_read(page: str) -> None:
    assert badly_spaced(page)
    assert not badly_spaced(page.replace("<p>", "<pre>").replace("</p>", "</pre>")) or "=" in page


@pytest.mark.slow
def test_no_line_breaks_before_a_sign_on_any_page(demo: Services) -> None:
    site = Visitor(create_app(demo), base_url=SITE)
    wrong: dict[str, list[str]] = {}
    read = 0
    for path in (*crawl(demo), *UNLINKED):
        page = site.get(path).content.decode()
        read += len(sentences(page))
        if found := badly_spaced(page):
            wrong[path] = found
    assert wrong == {}
    assert read > 5_000
