"""Addresses already asked, in the register's store: a point, or why there is none."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import sqlalchemy as sa

from directory.base.database import Database, store_now
from directory.bulk import is_one_of
from directory.locating.answers import ORIGIN, Verdict
from directory.model import Point, Precision
from directory.tables import located

ASK_AGAIN_AFTER = timedelta(days=90)
"""An address the geocoder did not know may have entered the national base since."""


def has_points(connection: sa.Connection) -> bool:
    """Whether anything was located: most installations never ask."""
    found = sa.select(sa.literal(1)).where(located.c.lat.is_not(None)).limit(1)
    return connection.execute(found).first() is not None


def points_of(connection: sa.Connection, keys: Collection[str]) -> dict[str, Point]:
    """Points of the addresses of these keys that have one."""
    if not keys:
        return {}
    wanted = sa.select(located).where(
        is_one_of(connection, located.c.key, keys), located.c.lat.is_not(None)
    )
    return {
        row.key: Point(lat=row.lat, lon=row.lon, precision=Precision(row.precision), origin=ORIGIN)
        for row in connection.execute(wanted)
    }


def settled(database: Database, keys: Collection[str], now: datetime) -> set[str]:
    """Which of these addresses need not be asked: located, or refused lately."""
    if not keys:
        return set()
    with database.read() as connection:
        wanted = sa.select(located.c.key).where(
            is_one_of(connection, located.c.key, keys),
            sa.or_(located.c.lat.is_not(None), located.c.asked_at > now - ASK_AGAIN_AFTER),
        )
        return set(connection.scalars(wanted))


def remember(database: Database, verdicts: Mapping[str, Verdict]) -> None:
    """Keep what became of addresses, in place of what was known of them."""
    rows = [
        {
            "key": key,
            "lat": said.point.lat if said.point else None,
            "lon": said.point.lon if said.point else None,
            "precision": said.point.precision.value if said.point else "",
            "score": said.score,
            "label": said.label,
            "refusal": said.refusal,
        }
        for key, said in verdicts.items()
    ]
    if not rows:
        return
    with database.write() as connection:
        connection.execute(located.delete().where(is_one_of(connection, located.c.key, verdicts)))
        connection.execute(located.insert().values(asked_at=store_now()), rows)
