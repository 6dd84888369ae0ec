"""Every export by somebody known leaves a line in the audit trail: who, what, how many.

What the public takes out is not traced: nobody is named behind it, and it is what anybody may read.
"""

from fastapi import Request

from web.access import actor_of
from web.accounts.traces import note_alone
from web.services import Services


def note_export(request: Request, services: Services, kind: str, subject: str, count: int) -> None:
    """One line, `export.<kind>`, of `count` things taken out under the name `subject`."""
    actor = actor_of(request)
    if actor.signed_in:
        told = {"count": count}
        note_alone(services.accounts, f"export.{kind}", subject, actor=actor.name, after=told)
