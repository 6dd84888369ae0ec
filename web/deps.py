"""What handlers ask for, named once."""

from typing import Annotated

from fastapi import Depends, Query, Request

from web.search_form import SearchForm
from web.services import Services


def get_services(request: Request) -> Services:
    """The open parts of this process."""
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(get_services)]
SearchDep = Annotated[SearchForm, Query()]
