"""Imports: what is in force, what each run counted, which rows wait for a look."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from directory.differences import run_changes
from directory.links.review import count_questions
from directory.local.reports import count_waiting
from web.contexts import ImportsPage, RunPage
from web.deps import RowNumber, ServicesDep
from web.render import render

router = APIRouter(include_in_schema=False)


@router.get("/imports")
def show_imports(request: Request, services: ServicesDep) -> HTMLResponse:
    """What waits for somebody, sources in force and the latest runs."""
    database = services.register.database
    page = ImportsPage(
        runs=services.register.runs(),
        questions=count_questions(database),
        reports=count_waiting(database),
    )
    return render(request, "imports", page)


@router.get("/imports/{run_id}")
def show_run(request: Request, run_id: RowNumber, services: ServicesDep) -> HTMLResponse:
    """One run: counts, reasons, rows set aside."""
    register = services.register
    page = RunPage(
        run=register.run(run_id),
        quarantined=register.quarantined(run_id),
        changes=run_changes(register, services.communes, run_id),
    )
    return render(request, "run", page)
