"""The ASGI app of the review app."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from hipcv.web import (
    api,
    backup_routes,
    errors,
    live,
    media,
    notes,
    opening,
    pages,
    pictures,
    request_theme,
)
from hipcv.web.phone import routes as phone_routes
from hipcv.web.phone.links import PhoneLinks
from hipcv.web.request_language import in_language_of_reader
from hipcv.web.request_theme import in_theme_of_reader
from hipcv.web.security import Guard
from hipcv.web.sessions import OPENED_KEY_S
from hipcv.web.state import AppState
from hipcv.web.ui_text import STATIC


class App(FastAPI):
    """FastAPI inside the guard."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put the guard outside the error handlers, so that every response has its headers."""
        state: AppState = self.state.review
        signin = partial(pages.signin_html, state.auth)
        inner = super().build_middleware_stack()
        guard = Guard(inner, state.auth, state.settings.limits, signin, pages.add_key_html)
        return in_language_of_reader(in_theme_of_reader(guard))


def create_app(state: AppState) -> FastAPI:
    """Create the app; its job queue runs while it does."""
    app = App(
        title="hipcv",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.review = state
    app.state.phone = PhoneLinks(state)
    errors.install(app)
    modules = (api, notes, backup_routes, media, pictures, live, pages, request_theme, phone_routes)
    for module in modules:
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=STATIC, check_dir=False), "static")
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    state: AppState = app.state.review
    await run_in_threadpool(state.jobs.start)
    sweeping = asyncio.create_task(_discard_pages(state))
    try:
        yield
    finally:
        sweeping.cancel()
        await app.state.phone.close_all()
        state.hub.close()
        state.drawings.close()
        await run_in_threadpool(state.recordings.close_all)
        await run_in_threadpool(state.jobs.stop)


async def _discard_pages(state: AppState) -> None:
    """Delete pages that were to open the app, and did not."""
    while True:
        await run_in_threadpool(opening.discard_pages, state.settings.folder)
        await asyncio.sleep(OPENED_KEY_S)
