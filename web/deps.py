"""What handlers ask for, named once."""

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from web.search_form import SearchForm
from web.services import Services


def get_services(request: Request) -> Services:
    """The open parts of this process."""
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(get_services)]
SearchDep = Annotated[SearchForm, Query()]
RowNumber = Annotated[int, Path(ge=0, lt=1 << 63)]
"""The number of a row, in an address: one that no store can hold is refused, not looked for."""
