"""What pages show is typeset by their templates, when these are compiled.

The words of a template, and the values it shows, get French spaces (`directory.typography`) where
people read them: in text, and in the attributes of `READ`. Addresses, codes, what is typed and sent
back, scripts and styles stay as they are.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from jinja2 import Environment, TemplateSyntaxError
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

from directory.typography import typeset

READ = (
    *("aria-label", "aria-description", "aria-valuetext"),
    *("title", "placeholder", "alt", "data-said"),
)
"""Attributes whose value people read or hear, at once or when a script says it."""

MOST_KEPT, LONGEST_KEPT = 4096, 200
"""Texts kept as HTML, and their characters: names, places, reasons, less than 4 MB in all."""

SHOWN, OTHER, SET = "\ue000", "\ue001", "\ue002"
"""Stand for `{{ … }}`, `{% … %}` and the `{{ … }}` to typeset while a template is read as HTML."""

_CONCERNED = re.compile("[\\d:;!?«»&<>\"']")
"""Without any of these, neither typesetting nor escaping changes a text."""

_CUT = re.compile(f"([{SHOWN}{OTHER}{SET}])")
_IN_TAG = r"""(?:[^<>"']|"[^"]*"|'[^']*')*"""
_PIECES = re.compile(
    rf"(?P<kept><!--.*?-->|<!{_IN_TAG}>)"
    rf"|(?P<open><(?P<name>script|style|textarea|pre|code|kbd|samp)\b{_IN_TAG}>)"
    r"(?P<inside>.*?</(?P=name)>)"
    rf"|(?P<tag></?[a-z]{_IN_TAG}>)"
    r"|(?P<text>[^<]+)"
    r"|(?P<stray><)",
    re.DOTALL | re.IGNORECASE,
)
_READ = re.compile(
    rf"""(?<=[\s{OTHER}])((?:{"|".join(READ)})=(["']))(.*?)(?=\2)""", re.DOTALL | re.IGNORECASE
)


def typeset_shown(value: Any) -> str:
    """A value as HTML that pages show: text is typeset; pieces of HTML already are."""
    if type(value) is str:
        return escape(typeset(value)) if _CONCERNED.search(value) else value
    return value if type(value) is Markup else escape(value)


def typeset_kept(text: str) -> Markup:
    """The same of what the directory says, which pages show again and again: done once.

    Never for what is told of a patient: it would stay in memory after it was erased.
    """
    return _typeset_once(text) if len(text) <= LONGEST_KEPT else escape(typeset(text))


@lru_cache(maxsize=MOST_KEPT)
def _typeset_once(text: str) -> Markup:
    return escape(typeset(text))


class Typesetting(Extension):
    """Typesets the words of each template, and passes the values it shows through a filter."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.filters["typeset"] = typeset_shown
        environment.filters["kept"] = typeset_kept

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The tokens of one template, typeset; markup that cannot be read is an error."""
        page, codes = "", list[list[Token]]()
        for token in stream:
            if token.type == "data":
                page += token.value
            elif token.type in ("variable_begin", "block_begin"):
                page += SHOWN if token.type == "variable_begin" else OTHER
                codes.append([token])
            else:
                codes[-1].append(token)
        try:
            return _tokens(_CUT.split(typeset_markup(page)), codes)
        except ValueError as error:
            raise TemplateSyntaxError(str(error), 1, stream.name, stream.filename) from error


def typeset_markup(page: str) -> str:
    """HTML with marks for its code: words typeset, `SHOWN` become `SET` where people read them.

    Raises ValueError for a tag that does not end.
    """
    return _PIECES.sub(_typeset_piece, page)


def _typeset_piece(found: re.Match[str]) -> str:
    if found["stray"]:
        raise ValueError(f"a tag does not end: {found.string[found.start() : found.start() + 40]}")
    if found["text"]:
        return _typeset_words(found["text"])
    tag = found["open"] or found["tag"]
    if not tag:
        return found[0]
    return _READ.sub(lambda one: one[1] + _typeset_words(one[3]), tag) + (found["inside"] or "")


def _typeset_words(words: str) -> str:
    """Each part is set alone: a mark ends a word. It may stand for a number, as may what is before
    (« {{ km }} km »): hence the digit that each part is set behind."""
    parts = _CUT.split(words.replace(SHOWN, SET))
    return "".join(one if _CUT.match(one) else typeset(f"0{one}")[1:] for one in parts)


def _tokens(parts: Iterable[str], codes: Iterable[list[Token]]) -> Iterator[Token]:
    line, codes = 1, iter(codes)
    for part in parts:
        if not _CUT.match(part):
            if part:
                yield Token(line, "data", part)
            line += part.count("\n")
            continue
        code = next(codes)
        line = code[-1].lineno
        yield from _through_filter(code) if part == SET else code


def _through_filter(code: list[Token]) -> Iterator[Token]:
    """`{{ a, b }}` as `{{ (a, b)|typeset }}`."""
    line = code[0].lineno
    yield code[0]
    yield Token(line, "lparen", "(")
    yield from code[1:-1]
    yield Token(line, "rparen", ")")
    yield Token(line, "pipe", "|")
    yield Token(line, "name", "typeset")
    yield code[-1]
