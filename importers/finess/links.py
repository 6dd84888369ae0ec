"""What a site belongs to in FINESS+: the groups of its legal entity, the site that carries it.

Read ahead of the sites: a group or a main site may come after those that belong to it. The bytes
are searched rather than parsed, which costs a tenth of a parse.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from directory.model import Membership
from importers.cleaning import clean
from importers.finess.older import modern
from importers.inputs import OpenedFile, open_file

_BLOCK = 1 << 20
_OVERLAP = 1 << 16
"""Longest object searched for: the general information of a site has some 600 bytes."""

_GROUPS = re.compile(rb'"(gco|gcc)"\s*:\s*(?=[\[{])')
_ENTITY = re.compile(rb'"informationsGeneralesPM(?:EJ|ej)"\s*:\s*(\{[^{}]*\})')
_SITE = re.compile(rb'"informationsGeneralesE(?:GE|ge)"\s*:\s*(\{[^{}]*\})')
_CARRIER = re.compile(rb'"idEgePorteuse"\s*:\s*"([^"]*)"')

SUPPORT = "S"
"""`typeRoleEntiteGroupe`: M a member, S the one that bears the group (one each, 135 of 135)."""


Member = tuple[str, str]
"""What belongs to a group: `("pmej", pmSmsseId)` or `("ege", egeId)`."""


@dataclass
class Links:
    """Memberships by the technical numbers of FINESS+: `pmSmsseId` of entities, `egeId` of sites."""

    members: dict[Member, tuple[Membership, ...]] = field(default_factory=dict)
    carriers: dict[str, Membership] = field(default_factory=dict)
    """Sites that carry others (`idEgePorteuse`), as the others name them."""


def read_links(file: OpenedFile) -> Links:
    """The links of a whole document, wherever its groups are."""
    found = _Found()
    with open_file(file.source, file.member) as again:
        for block in _blocks(again):
            found.search(block)
    return found.links()


def _blocks(file: OpenedFile) -> Iterator[bytes]:
    """The bytes of a file, each block starting with the end of the one before."""
    tail = b""
    while chunk := file.stream.read(_BLOCK):
        block = tail + chunk
        yield block
        tail = block[-_OVERLAP:]


class _Found:
    """What was come across so far; names are packed as « number name », there are 175,000 of them."""

    def __init__(self) -> None:
        self.groups: dict[str, list[dict[str, Any]]] = {}
        self.open: dict[str, bytearray] = {}
        self.entities: dict[str, str] = {}
        self.sites: dict[str, str] = {}
        self.carriers: set[str] = set()
        self.with_members: set[str] | None = None  # entities that are such a GCO, once known

    def search(self, block: bytes) -> None:
        """Take what a block holds; a list of groups that goes on stays open."""
        for kind, begun in list(self.open.items()):
            begun += block[_OVERLAP:]
            self._close(kind)
        for match in _GROUPS.finditer(block):
            kind = match[1].decode()
            if kind not in self.open and kind not in self.groups:
                self.open[kind] = bytearray(block[match.end() :])
                self._close(kind)
        for about in _objects(_ENTITY, block):
            number = about.get("pmSmsseId") or about.get("pm_smsseId") or ""
            if self.with_members is None or number in self.with_members:
                names = (about.get("denominationLonguePmSmsse"), about.get("denominationPm"))
                self.entities[number] = f"{about.get('numFinessPm')} {_name(*names)}"
        for about in _objects(_SITE, block):
            names = (about.get("nomEgeLong"), about.get("nomEgeCourt"))
            self.sites[about.get("egeId") or ""] = f"{about.get('numFinessEge')} {_name(*names)}"
        self.carriers.update(match[1].decode() for match in _CARRIER.finditer(block))

    def _close(self, kind: str) -> None:
        """Read a list of groups that is whole; one value, whatever comes after it."""
        text = self.open[kind].decode("utf-8", "ignore")
        try:
            told, _ = json.JSONDecoder().raw_decode(text)
        except ValueError:
            return
        del self.open[kind]
        told = told if isinstance(told, list) else [told]
        self.groups[kind] = [modern(one) for one in told if isinstance(one, dict)]
        if kind == "gco":
            lists = [one for one in self.groups[kind] if _members(one, "Gco")]
            self.with_members = {one.get("pmSmsseId") or "" for one in lists}

    def links(self) -> Links:
        """Everything, by who belongs."""
        made = Links()
        for group in self.groups.get("gcc", ()):
            if group.get("etatObjet", "A") == "A" and (name := _name(group.get("nomGcc"))):
                _enrol(made, group, "Gcc", f"Groupement {name}", f"gcc|{group.get('gccId')}")
        for group in self.groups.get("gco", ()):
            number, _, name = self.entities.get(group.get("pmSmsseId") or "", "").partition(" ")
            if name:
                _enrol(made, group, "Gco", name, f"finess|{number}")
        for carrier in self.carriers & self.sites.keys():
            number, _, name = self.sites[carrier].partition(" ")
            told = f"{name} (site principal)".lstrip()
            made.carriers[carrier] = Membership(name=told, key=f"finess|{number}")
        return made


def _enrol(made: Links, group: Mapping[str, Any], kind: str, name: str, key: str) -> None:
    """Add a group to those of its members, legal entities and sites."""
    for number, role in _members(group, kind):
        told = Membership(name=f"{name} (porteur)" if role == SUPPORT else name, key=key)
        made.members[number] = (*made.members.get(number, ()), told)


def _members(group: Mapping[str, Any], kind: str) -> list[tuple[Member, str]]:
    """Who belongs to a group, and as what."""
    told = [("pmej", "pmSmsseId", one) for one in group.get(f"pmejDu{kind}") or ()]
    told += [("ege", "egeId", one) for one in group.get(f"egeDu{kind}") or ()]
    return [
        ((what, one[name]), one.get("typeRoleEntiteGroupe") or "")
        for what, name, one in told
        if one.get(name)
    ]


def _objects(pattern: re.Pattern[bytes], block: bytes) -> Iterator[dict[str, Any]]:
    for match in pattern.finditer(block):
        try:
            yield orjson.loads(match[1])
        except orjson.JSONDecodeError:  # a brace inside a name: that one stays unnamed
            continue


def _name(*told: Any) -> str:
    return next((name for one in told if isinstance(one, str) and (name := clean(one))), "")
