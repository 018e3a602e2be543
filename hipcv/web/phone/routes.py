"""The desk's side of a link: open it, follow it, close it."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request
from starlette.concurrency import run_in_threadpool

from hipcv.store.models import JsonObject
from hipcv.web.phone.link import ENDS, Transfer
from hipcv.web.phone.links import OpenLink, PhoneLinks
from hipcv.web.schemas import PhoneBody
from hipcv.web.sessions import required_session
from hipcv.web.state import AppStateDep

router = APIRouter(prefix="/api/phone")

CREATED: Final = 201


def phone_links(request: Request) -> PhoneLinks:
    """Return the links of the app that serves a request."""
    links: PhoneLinks = request.app.state.phone
    return links


PhoneLinksDep = Annotated[PhoneLinks, Depends(phone_links)]


@router.post("", status_code=CREATED)
async def open_link(state: AppStateDep, links: PhoneLinksDep, body: PhoneBody) -> JsonObject:
    """Open a link for a patient, day and leg."""
    if body.patient is not None:
        await run_in_threadpool(state.records.require_patient, body.patient)
    opened = await links.open(required_session(), body)
    code = {
        "url": opened.door.url,
        "qr": qr_code(opened.door.url),
        "fingerprint": opened.certificate.fingerprint,
        "address": opened.door.host,
        "addresses": opened.addresses,
    }
    return code | _state_of(opened)


@router.get("")
async def link_state(links: PhoneLinksDep) -> JsonObject:
    """Return how far the link of this session has come; asking for it keeps the link open."""
    found = links.find(required_session())
    return _state_of(found) if found else {}


@router.delete("")
async def close_link(links: PhoneLinksDep) -> JsonObject:
    """End the link of this session."""
    await links.close(required_session())
    return {}


def qr_code(text: str) -> str:
    """Return a QR code as a data address of an SVG picture, black on white in every theme."""
    import segno

    return str(segno.make_qr(text, error="m").svg_data_uri(dark="#000", light="#fff", border=4))


def _state_of(opened: OpenLink) -> JsonObject:
    link = opened.link
    end = link.attend()
    return {
        "open": end is None,
        "end": ENDS[end] if end else "",
        "left_s": round(link.left_s),
        "opened": bool(link.cookie),
        "clips": [_clip(transfer) for transfer in link.transfers],
    }


def _clip(transfer: Transfer) -> JsonObject:
    return {
        "name": transfer.name,
        "share": transfer.share,
        "error": transfer.error,
        "received": transfer.received,
    }
