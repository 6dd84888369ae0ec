"""`docs/acces.md`: the two tables of access as people read them; a test holds it up to date.

Run `python -m web.access_guide` after a change of `actions.csv` or `access.csv`.
"""

from collections import defaultdict
from pathlib import Path

from web.access import ROLE_LABELS, Rule, actions, route_rules

GUIDE = Path(__file__).parent.parent / "docs" / "acces.md"
INTRODUCTION = """# Qui peut faire quoi

Cette page est écrite par `python -m web.access_guide` d'après `web/actions.csv` (quels rôles \
peuvent faire quoi) et `web/access.csv` (ce que demande chaque adresse) : ne la corrigez pas à la \
main. Les rôles s'additionnent et valent pour un territoire. Un seul endroit décide, \
`can(actor, action, thing)` de `web/access.py` ; un seul endroit l'applique, `web/enforcement.py`, \
avant que la demande ne soit lue. Une adresse qui n'est pas ici fait échouer les tests.

Sans compte, une page réservée mène à la connexion ; l'API répond 401. Avec un compte qui n'y a pas \
droit : 403. La démonstration a tous les rôles, sur cette machine seulement.

**oui** : permis ; **le sien** : l'agenda du médecin lui-même ou de qui le lui a délégué ; la fiche qui porte son numéro RPPS.

"""


def access_guide() -> str:
    """The whole page."""
    return INTRODUCTION + _by_role() + "\n" + _by_route()


def _by_role() -> str:
    heads = ["action", "sans compte", *ROLE_LABELS.values()]
    lines = ["## Par rôle", "", _row(heads), _row(["---"] * len(heads))]
    lines += [_row([rule.label, *cells(rule)]) for rule in actions().values()]
    return "\n".join(lines) + "\n"


def cells(rule: Rule) -> list[str]:
    """What the public, then each role, may do: « oui », « le sien » or nothing."""
    told = ["oui" if rule.public else ""]
    for role in ROLE_LABELS:
        may = rule.public or rule.any_account or role in rule.roles
        told.append(("le sien" if role in rule.own_only else "oui") if may else "")
    return told


def _by_route() -> str:
    paths: dict[str, list[str]] = defaultdict(list)
    for route in route_rules().values():
        paths[route.action].append(f"`{route.method} {route.path}`")
    lines = ["## Par adresse", ""]
    for action, rule in actions().items():
        lines += [f"### {rule.label}", "", f"Action `{action}`.", ""]
        lines += [f"- {path}" for path in paths[action]] + [""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _row(told: list[str]) -> str:
    return "| " + " | ".join(told) + " |"


if __name__ == "__main__":
    GUIDE.write_text(access_guide(), encoding="utf-8")
