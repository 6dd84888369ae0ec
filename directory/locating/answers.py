"""What the geocoder answers, and whether it is believed."""

from collections.abc import Mapping
from dataclasses import dataclass

from directory.locating.addresses import Asked, same_commune
from directory.model import Point, Precision

ORIGIN = "Base Adresse Nationale"

PRECISIONS = {
    "housenumber": Precision.ADDRESS,
    "street": Precision.STREET,
    "locality": Precision.STREET,
}
"""Kinds of result that place an address; `municipality` only repeats its commune."""


@dataclass(frozen=True)
class Candidate:
    """One result of the geocoder, as told."""

    label: str
    lat: float
    lon: float
    score: float
    kind: str
    insee: str
    postcode: str = ""


@dataclass(frozen=True)
class Verdict:
    """What becomes of an address: a point, or why none is believed (French)."""

    point: Point | None
    score: float
    label: str
    refusal: str = ""


def judge(asked: Asked, told: Candidate | None, min_score: float) -> Verdict:
    """Whether a result places the address asked for: same commune, enough score, a street at least."""
    if told is None:
        return Verdict(None, 0.0, "", "adresse inconnue")
    refusal = _refusal(asked, told, min_score)
    if refusal:
        return Verdict(None, told.score, told.label, refusal)
    point = Point(
        lat=round(told.lat, 6),
        lon=round(told.lon, 6),
        precision=PRECISIONS[told.kind],
        origin=ORIGIN,
    )
    return Verdict(point, told.score, told.label)


def _refusal(asked: Asked, told: Candidate, min_score: float) -> str:
    if told.kind not in PRECISIONS:
        return "commune seule"
    if asked.insee and not same_commune(asked.insee, told.insee):
        return "hors de la commune"
    if not asked.insee and asked.postcode != told.postcode:
        return "hors du code postal"
    if not (abs(told.lat) <= 90 and abs(told.lon) <= 180):  # NaN is refused too
        return "coordonnées illisibles"
    return "" if told.score >= min_score else "score insuffisant"


def candidate_of_row(row: Mapping[str, str]) -> Candidate | None:
    """A line of `/search/csv`; None where nothing was found. Raises ValueError for a broken one."""
    if row["result_status"] in ("not-found", "skipped"):
        return None
    if row["result_status"] != "ok":
        raise ValueError(row["result_status"])
    return Candidate(
        label=row["result_label"],
        lat=float(row["latitude"]),
        lon=float(row["longitude"]),
        score=float(row["result_score"]),
        kind=row["result_type"],
        insee=row["result_citycode"],
        postcode=row.get("result_postcode") or "",
    )
