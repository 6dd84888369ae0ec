"""The register's own audit trail: who changed what the directory says, and why."""

from typing import Any

import sqlalchemy as sa

from directory.base.audit import append_audit
from directory.tables import audit

IMPORTER = "recours (import)"
"""Who puts a source's listing in force."""


def trace_change(
    connection: sa.Connection,
    action: str,
    subject: object,
    author: str,
    *,
    field: str = "",
    reason: str = "",
    before: Any = None,
    after: Any = None,
) -> None:
    """One line about an entry: `field` is the path of the fact, with its old and new values."""
    append_audit(
        connection,
        audit,
        territory="",  # the register is everybody's
        actor=author,
        action=action,
        subject=str(subject),
        fields=(field,) if field else (),
        reason=reason,
        before=before,
        after=after,
    )
