"""French spaces that do not break, and nothing else touched."""

import pytest

from directory.typography import typeset


@pytest.mark.parametrize(
    ("typed", "set_"),
    [
        ("Quoi ? Oui !", "Quoi\u202f? Oui\u202f!"),
        ("ici : là ; ailleurs", "ici\u00a0: là\u202f; ailleurs"),
        ("« mot »", "«\u00a0mot\u00a0»"),
        ("«mot»", "«\u00a0mot\u00a0»"),
        ("« mot\u00a0» ?", "«\u00a0mot\u00a0»\u202f?"),
        ("http://x ?y=1 12:30 a:b", "http://x ?y=1 12:30 a:b"),
        ("à 12 km, 3 min, 40 % et 5 €", "à 12\u202fkm, 3\u202fmin, 40\u202f% et 5\u202f€"),
        ("de 9 h à 14 h 30", "de 9\u202fh à 14\u202fh\u202f30"),
        ("à 2 s'ajoute, 12 rue, 01 46 65", "à 2 s'ajoute, 12 rue, 01 46 65"),
        ("", ""),
    ],
)
def test_french_spaces_do_not_break(typed: str, set_: str) -> None:
    assert typeset(typed) == set_
    assert typeset(set_) == set_
