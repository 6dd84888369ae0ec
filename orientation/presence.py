"""Whether a doctor takes somebody during a slot: one condition for proposals, holds and moves."""

import sqlalchemy as sa

from orientation import tables


def is_withdrawn() -> sa.ColumnElement[bool]:
    """In a query over `slot`: its series no longer has it, or an absence touches it.

    Who was booked there has to be called back.
    """
    return sa.or_(tables.slot.c.closed_at.is_not(None), _touched_by(tables.absence))


def is_unavailable() -> sa.ColumnElement[bool]:
    """In a query over `slot`: nobody may be booked there any more.

    Besides `is_withdrawn`, the doctor's own calendar says they are busy: that cancels nothing.
    """
    return sa.or_(is_withdrawn(), is_busy())


def is_busy() -> sa.ColumnElement[bool]:
    """In a query over `slot`: the doctor's own calendar says they are busy then."""
    return _touched_by(tables.busy_time)


def _touched_by(table: sa.Table) -> sa.ColumnElement[bool]:
    slot = tables.slot
    return sa.exists().where(
        table.c.doctor == slot.c.doctor,
        table.c.starts < slot.c.ends,
        table.c.ends > slot.c.starts,
    )
