"""The web app of one desk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from hipcv.web import api, errors, live, media, pages
from hipcv.web.security import Guard
from hipcv.web.state import Desk


class App(FastAPI):
    """FastAPI with the guard around everything, the page for faults among it."""

    def build_middleware_stack(self) -> ASGIApp:
        """The guard outermost: no answer leaves without its headers."""
        desk: Desk = self.state.desk
        signin = partial(pages.signin, desk.door)
        return Guard(super().build_middleware_stack(), desk.door, desk.settings.limits, signin)


def create_app(desk: Desk) -> FastAPI:
    """The app; its work begins and ends with it."""
    app = App(
        title="hipcv",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_alive,
    )
    app.state.desk = desk
    errors.install(app)
    for router in (api.router, media.router, live.router, pages.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=pages.STATIC, check_dir=False), "static")
    return app


@asynccontextmanager
async def _alive(app: FastAPI) -> AsyncIterator[None]:
    desk: Desk = app.state.desk
    await run_in_threadpool(desk.jobs.start)
    try:
        yield
    finally:
        desk.hub.close()
        await run_in_threadpool(desk.jobs.stop)
