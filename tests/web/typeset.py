"""What a page gives to read, and the French spaces it lacks."""

import re
from html.parser import HTMLParser

NOT_READ = ("script", "style", "pre", "code", "kbd", "textarea", "template")
ALONG_A_SENTENCE = ("a", "abbr", "b", "em", "i", "small", "span", "strong", "time", "svg", "use")
HEARD = ("aria-label", "title", "placeholder", "alt", "data-said")

_BREAKING = re.compile(
    r"\S?[ \t\n]+(?:[;!?:»](?=[\s»).,]|$))"
    r"|«(?:[ \t\n]|\b)"
    r"|\d[ \t\n]+(?:[%€]|(?:k?m|h|min)\b(?!['’]))"
)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.said = [""]
        self._closed = list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.said[:0] = [value for name, value in attrs if name in HEARD and value]
        if tag in NOT_READ:
            self._closed.append(tag)
            self.said[-1] += "…"
        elif tag not in ALONG_A_SENTENCE:
            self.said.append("")

    def handle_endtag(self, tag: str) -> None:
        if self._closed and tag == self._closed[-1]:
            self._closed.pop()
        elif tag not in ALONG_A_SENTENCE:
            self.said.append("")

    def handle_data(self, data: str) -> None:
        if not self._closed:
            self.said[-1] += data


def sentences(page: str) -> list[str]:
    """The text of a page, a sentence or a label at a time, with what is only heard."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return [one.strip() for one in reader.said if one.strip()]


def badly_spaced(page: str) -> list[str]:
    """Where a line may break before a sign, inside « » or before a unit, with some words around."""
    return [
        one[max(found.start() - 30, 0) : found.end() + 20]
        for one in sentences(page)
        for found in _BREAKING.finditer(one)
    ]
