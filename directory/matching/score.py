"""Two records compared: a pure function, the same in both directions, that says why."""

from collections.abc import Callable, Sequence

from rapidfuzz.distance import OSA

from directory.identifiers import warn_identifier
from directory.matching.activities import activity_level
from directory.matching.decision import Decision, Finding, decide
from directory.matching.names import Family, Given, family_level, given_level, given_of, turned
from directory.matching.places import locality_level, street_level
from directory.matching.prepared import Prepared, prepare
from directory.matching.record import MatchRecord
from directory.matching.rules import Levels, Rule, holder_rules, person_rules, site_rules
from directory.matching.sites import city_words, kind_level, name_level, service_level

_SURE_FAMILY = frozenset(("equal", "common", "part", "near"))
_SURE_GIVEN = frozenset(("equal", "variant", "listed", "short", "near"))
"""How close two names must be, each in the other's column, to be called swapped."""

_NO_STREET = frozenset(("city", "differ", "far"))
"""Communes too far apart for a street's name to mean the same street."""


def compare(left: MatchRecord, right: MatchRecord) -> Decision:
    """Whether two records tell of one entry: same, different, or to be put to a person.

    Total on any text, symmetric, and explained by reasons in French. Numbers of the same system
    decide first (RPPS for people, FINESS for sites), the score the rest; see
    docs/rapprochement.md.
    """
    return compare_prepared(prepare(left), prepare(right))


def compare_prepared(left: Prepared, right: Prepared) -> Decision:
    """`compare` for records that are compared many times."""
    if left.person and right.person:
        return _judge(_person_findings(left, right), person_rules, person=True)
    if not left.person and not right.person:
        return _judge(_site_findings(left, right), site_rules, person=False)
    person, site = (left, right) if left.person else (right, left)
    return _judge(_holder_findings(person, site), holder_rules, person=True)


def _judge(
    findings: list[Finding], rules: Callable[[Levels], Sequence[Rule]], *, person: bool
) -> Decision:
    told = [finding for finding in findings if finding.level]
    return decide(told, rules(_levels(told)), person=person)


def _levels(findings: list[Finding]) -> Levels:
    return {finding.criterion: finding.level for finding in findings}


def _person_findings(left: Prepared, right: Prepared) -> list[Finding]:
    names = _name_findings(left, right)
    activity = Finding("activity", activity_level(left.activity, right.activity))
    where = _place_findings(left, right)
    findings = [
        Finding("rpps", _number_level("rpps", left.rpps, right.rpps)),
        *names,
        activity,
        *where,
        Finding("finess", _number_level("finess_et", left.finess, right.finess)),
        Finding("workplace", "same" if _same_workplace(left, right) else ""),
    ]
    findings.append(Finding("names", _changed_level(left, right, _levels(findings))))
    return findings


def _name_findings(left: Prepared, right: Prepared) -> list[Finding]:
    if (right.family, right.given) < (left.family, left.given):
        left, right = right, left
    names = _names(left.family, left.given, right)
    if "differ" in (names[0].level, names[1].level) and _maybe_swapped(left, right):
        swapped = _names(*turned(left.family, left.given), right)
        if swapped[0].level in _SURE_FAMILY and swapped[1].level in _SURE_GIVEN:
            return [*swapped, Finding("names", "swapped")]
    return names


def _names(family: Family, given: Given, right: Prepared) -> list[Finding]:
    level = family_level(family, right.family)
    first = given_level(given, right.given)
    return [
        Finding("family", level, *_shown(level, family.words, right.family.words)),
        Finding("given", first, *_shown(first, given.words, right.given.words)),
    ]


def _maybe_swapped(left: Prepared, right: Prepared) -> bool:
    """« Martin / Anne » against « Anne / Martin », by the first letters."""
    return (
        left.family.glued[:1] == right.given.glued[:1] != ""
        and left.given.glued[:1] == right.family.glued[:1] != ""
    )


def _shown(level: str, left: tuple[str, ...], right: tuple[str, ...]) -> tuple[str, str]:
    return ("", "") if level in ("", "equal", "common") else (" ".join(left), " ".join(right))


def _changed_level(left: Prepared, right: Prepared, levels: Levels) -> str:
    """Another family name, same given name and activity at one door: marriage, perhaps.

    Not in an establishment, whose switchboard and address are everybody's, nor for a given name
    of men, who seldom change theirs.
    """
    somewhere = left.finess or right.finess
    if somewhere or left.given.men or right.given.men or levels["rpps"]:
        return ""
    named = levels["family"] == "differ" and levels["given"] in ("equal", "variant")
    if not named or levels["activity"] not in ("same", "profession"):
        return ""
    door, phone = levels["street"] in ("full", "repeated"), levels["phone"] == "same"
    if door and phone:
        return "changed"
    return "doubtful" if door or phone else ""


def _place_findings(left: Prepared, right: Prepared) -> list[Finding]:
    locality = locality_level(left.place, right.place)
    street = "" if locality in _NO_STREET else street_level(left.place, right.place)
    return [
        Finding("locality", locality),
        Finding("street", street),
        Finding("phone", _phone_level(left.phones, right.phones)),
        Finding("siret", "same" if left.siret and left.siret == right.siret else ""),
    ]


def _phone_level(left: frozenset[str], right: frozenset[str]) -> str:
    if not left or not right:
        return ""
    return "same" if left & right else "differ"


def _same_workplace(left: Prepared, right: Prepared) -> bool:
    return bool(left.site.words) and left.site.words == right.site.words


def _site_findings(left: Prepared, right: Prepared) -> list[Finding]:
    name = name_level(left.site, right.site, city_words(left.city, right.city))
    shown = _shown(name if name != "generic" else "", left.site.words, right.site.words)
    findings = [
        Finding("finess", _number_level("finess_et", left.finess, right.finess)),
        Finding("kind", kind_level(left.site, right.site)),
        Finding("name", name, *shown),
        Finding("service", service_level(left.site, right.site)),
        *_place_findings(left, right),
    ]
    if left.site.holder and right.site.holder:
        findings.append(Finding("kinds", "holders"))
    if _alone(_levels(findings), left, right):
        findings.append(Finding("alone", "address"))
    return _transfer(findings, left, right)


def _alone(levels: Levels, left: Prepared, right: Prepared) -> bool:
    """One address, and a type of which there are never two at one address."""
    compatible = levels["kind"] in ("same", "one") and (left.site.unique or right.site.unique)
    return compatible and levels["street"] in ("full", "repeated", "number")


def _transfer(findings: list[Finding], left: Prepared, right: Prepared) -> list[Finding]:
    """A pharmacy that is sold or moved has two FINESS for a while: the key decides nothing."""
    levels = _levels(findings)
    pharmacies = left.site.kinds == right.site.kinds == {"pharmacie"}
    named = levels["name"] in ("equal", "generic", "near", "truncated")
    placed = levels["locality"] in ("same", "cedex") and (named or levels["street"] == "full")
    if levels["finess"] == "differ" and pharmacies and placed:
        return [Finding("finess", "transfer"), *findings[1:]]
    return findings


def _holder_findings(person: Prepared, site: Prepared) -> list[Finding]:
    """« CABINET DU DR X » against somebody called X, anything else against anybody."""
    words = frozenset(site.site.core)
    held = site.site.holder and bool(person.family.words) and words.issuperset(person.family.core)
    if not held:
        return [Finding("kinds", "person_site")]
    rest = " ".join(word for word in site.site.core if word not in person.family.core)
    given = given_level(person.given, given_of(rest))
    return [
        Finding("kinds", "holder"),
        Finding("family", "common" if person.family.common else "equal"),
        Finding("given", given),
        Finding("activity", activity_level(person.activity, site.activity)),
        *_place_findings(person, site),
    ]


def _number_level(system: str, left: str, right: str) -> str:
    """Two numbers of one system; a wrong check digit and one digit apart decide nothing."""
    if not left or not right or len(left) != len(right):
        return ""
    if left == right:
        return "same"
    if OSA.distance(left, right, score_cutoff=1) > 1:
        return "differ"
    wrong = warn_identifier(system, left) or warn_identifier(system, right)
    return "doubtful" if wrong else "differ"
