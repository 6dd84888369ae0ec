"""Whether a doctor is away during a slot: one condition for proposals, holds and moves."""

import sqlalchemy as sa

from orientation import tables


def is_absent() -> sa.ColumnElement[bool]:
    """In a query over `slot`: its doctor declared an absence that touches it."""
    absence, slot = tables.absence, tables.slot
    return sa.exists().where(
        absence.c.doctor == slot.c.doctor,
        absence.c.starts < slot.c.ends,
        absence.c.ends > slot.c.starts,
    )
