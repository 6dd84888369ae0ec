"""The red-flag list: a data file signed by the CPTS's doctors, read before any search."""

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from directory.base.errors import InputRefusedError, SettingsError
from directory.model import Value


class RedFlag(Value, frozen=True, kw_only=True):
    """One line of the list: what to ask, and what to do besides transferring to the 15."""

    code: str
    label: str
    question: str
    advice: str = ""
    numbers: tuple[str, ...] = ()


class RedFlagList(Value, frozen=True, kw_only=True):
    """A version of the list, with who signed it."""

    version: str
    date: date
    signatories: tuple[str, ...]
    instruction: str
    flags: tuple[RedFlag, ...]

    @property
    def is_signed(self) -> bool:
        """Whether doctors signed it: without signature it serves for demonstrations only."""
        return bool(self.signatories)

    def get(self, code: str) -> RedFlag | None:
        """The flag of that code."""
        return next((flag for flag in self.flags if flag.code == code), None)

    def check(self, codes: Sequence[str]) -> tuple[str, ...]:
        """The codes without repeats, in the list's order; refuses an empty or unknown answer."""
        allowed = [flag.code for flag in self.flags]
        unknown = [code for code in codes if code not in allowed]
        if codes and not unknown:
            return tuple(code for code in allowed if code in codes)
        wrong = ", ".join(f"« {code} »" for code in unknown) or "aucun code donné"
        raise InputRefusedError(
            f"Signes d'alerte : {wrong}. Répondez « none » si aucun signe n'est présent, sinon "
            f"donnez au moins un de ces codes : {', '.join(allowed)}.",
            field="red_flags",
            allowed=["none", *allowed],
        )


def load_red_flags(path: Path) -> RedFlagList:
    """Read and check a list; raises SettingsError naming the file and what is wrong."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        flags = msgspec.convert(content, RedFlagList)
    except FileNotFoundError as exc:
        raise SettingsError(f"Liste des signes d'alerte introuvable : {path}.") from exc
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as exc:
        raise SettingsError(f"Liste des signes d'alerte {path} : {exc}") from exc
    codes = [flag.code for flag in flags.flags]
    if not codes or len(set(codes)) != len(codes) or "none" in codes:
        raise SettingsError(
            f"Liste des signes d'alerte {path} : il faut au moins un code, chacun une seule fois, "
            "et jamais « none », qui est la réponse « aucun de ces signes »."
        )
    return flags
