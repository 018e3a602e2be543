"""How a route comes by the desk."""

from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from hipcv.web.state import Desk


def desk_of(connection: HTTPConnection) -> Desk:
    """The desk that this app serves."""
    desk: Desk = connection.app.state.desk
    return desk


DeskOf = Annotated[Desk, Depends(desk_of)]
