"""Names and numbers as people type them: the labelled questions are drawn from these."""

from random import Random

from directory.resource import Resource

SHORTEST_SLIP = 5
"""Letters under which a name is typed right: two of four letters wrong are another name."""


def spellings(one: Resource) -> tuple[str, ...]:
    """Ways of typing a person's name, all right."""
    full = f"{one.given} {one.family}"
    return full, full.upper(), f"{one.family} {one.given}", f"docteur {full}", full.lower()


def slip(name: str, rng: Random) -> str:
    """Two letters exchanged, one lost or one doubled, never the first."""
    if len(name) < SHORTEST_SLIP:
        return name
    at = rng.randrange(1, len(name) - 2)
    kind = rng.randrange(3)
    if kind == 0:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + (name[at + 1 :] if kind == 1 else name[at] + name[at:])


def written(number: str) -> tuple[str, ...]:
    """Ways of typing a number; only phones of ten digits have several."""
    bare = number.replace(" ", "")
    if len(bare) != 10:
        return (bare,)
    return number, bare, number.replace(" ", "."), f"+33 {bare[1:]}", number.replace(" ", "-")
