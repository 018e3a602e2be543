"""Every line of what the desk promises about who may ask for what."""

import json
import uuid
from http.cookies import SimpleCookie
from unittest.mock import AsyncMock

import pytest
from starlette.routing import Mount, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from hipcv.web.security import HEADERS, SAFE
from tests.web.conftest import BASE, WS

ANY = str(uuid.UUID(int=7))


def flat(routes):
    """Every route of an app, those of its routers among them."""
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(
            getattr(route, "original_router", None), "routes", None
        )
        if inner and not isinstance(route, Mount):
            yield from flat(inner)
        else:
            yield route


def addresses(app):
    """(method, path) of every route that answers requests, with ids filled in."""
    for route in flat(app.routes):
        if isinstance(route, Mount | WebSocketRoute) or not getattr(route, "methods", None):
            continue
        path = route.path.format(
            clip_id=ANY, patient_id=ANY, analysis_id=ANY, number=0, name="proxy.mp4"
        )
        for method in route.methods:
            yield method, path


def writing(app):
    return sorted((method, path) for method, path in addresses(app) if method not in SAFE)


def refused_live(browser, headers=None):
    """The code with which the line was closed, unopened; None where it was opened."""
    try:
        with browser.websocket_connect(f"{WS}/api/live?side=left", headers=headers or {}):
            return None
    except WebSocketDisconnect as told:
        return told.code


def test_a_page_of_the_desk_is_heard_live(client, monkeypatch):
    monkeypatch.setattr("hipcv.web.live._lead", AsyncMock())

    assert refused_live(client) is None


def test_the_routes_that_change_something_are_found(client):
    found = writing(client.app)

    assert {"/api/uploads", "/api/patients", f"/api/analyses/{ANY}/sign", "/signin"} <= {
        path for _, path in found
    }


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example"])
def test_another_hosts_name_is_refused(client, host):
    assert client.get("/api/desk", headers={"host": host}).status_code == 400


def test_two_host_names_are_refused(client):
    answer = client.get("/", headers=[("host", "127.0.0.1:8000"), ("host", "evil.example")])

    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000"])
def test_this_machines_names_are_answered(client, host):
    assert client.get("/api/desk", headers={"host": host}).status_code == 200


def test_nothing_but_the_door_is_seen_without_a_session(stranger):
    seen = {
        path
        for method, path in addresses(stranger.app)
        if stranger.request(method, path).status_code != 401
    }

    assert seen == {"/signin"}


def test_a_wrong_cookie_is_no_session(stranger):
    stranger.cookies.set("hipcv", "x" * 43)

    assert stranger.get("/api/desk").status_code == 401


def test_a_window_without_a_session_sees_how_to_come_in(stranger):
    assert "hipcv review" in stranger.get("/").text


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=%00%ff"])
def test_a_wrong_token_gives_no_session(stranger, query):
    assert "set-cookie" not in stranger.get("/" + query).headers


def test_the_token_of_the_link_opens_the_desk(stranger, state):
    stranger.get(f"/?token={state.auth.token}")

    assert stranger.get("/api/desk").status_code == 200


def test_the_token_does_not_stay_in_the_address(stranger, state):
    answer = stranger.get(f"/?token={state.auth.token}")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_the_token_opens_no_other_address(stranger, state):
    assert stranger.get(f"/api/desk?token={state.auth.token}").status_code == 401


def test_the_cookie_stays_with_this_site_and_out_of_scripts(stranger, state):
    cookie = SimpleCookie(stranger.get(f"/?token={state.auth.token}").headers["set-cookie"])[
        "hipcv"
    ]

    assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Strict", True, "/")


def test_the_cookie_is_not_the_token(stranger, state):
    assert state.auth.token not in stranger.get(f"/?token={state.auth.token}").headers["set-cookie"]


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "http://127.0.0.1:8001", "https://127.0.0.1:8000", ""],
)
def test_what_another_page_sends_changes_nothing(client, origin):
    client.headers.pop("origin")
    headers = {} if origin is None else {"origin": origin}

    answers = {
        (method, path): client.request(method, path, headers=headers).status_code
        for method, path in writing(client.app)
    }

    assert set(answers.values()) == {403}


def test_two_origins_are_refused(client):
    client.headers.pop("origin")
    headers = [("origin", BASE), ("origin", "http://evil.example")]

    assert client.post("/api/patients", headers=headers, json={}).status_code == 403


def test_methods_that_nobody_thought_of_need_the_origin_too(client):
    assert (
        client.request("PATCH", "/api/desk", headers={"origin": "http://evil.example"}).status_code
        == 403
    )


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
def test_another_page_hears_nothing_live(client, origin):
    assert refused_live(client, {"origin": origin}) == 1008


def test_nobody_hears_live_without_a_session(stranger):
    assert refused_live(stranger) == 1008


def test_another_hosts_name_hears_nothing_live(client):
    assert refused_live(client, {"host": "evil.example"}) == 1008


def test_every_websocket_is_behind_the_guard(client):
    sockets = [r.path for r in flat(client.app.routes) if isinstance(r, WebSocketRoute)]

    assert sockets == ["/api/live"]


def test_every_answer_carries_the_headers(client, stranger, monkeypatch):
    answers = [
        client.request(method, path)
        for method, path in addresses(client.app)
        if path != "/api/events"
    ]
    answers += [stranger.get("/"), stranger.get("/api/desk"), client.get("/nowhere")]
    answers += [client.get("/static/nowhere.js"), client.get("/", headers={"host": "evil"})]
    answers += [client.put("/api/desk"), client.post("/api/patients", content=b"{")]

    lacking = {
        (str(answer.url), name)
        for answer in answers
        for name in HEADERS
        if name not in answer.headers
    }

    assert not lacking


def test_an_internal_fault_carries_the_headers_too(client, state, monkeypatch):
    monkeypatch.setattr(type(state.records), "clips", lambda *_, **__: 1 / 0)

    answer = client.get("/api/desk")

    assert (answer.status_code, set(HEADERS) - set(answer.headers)) == (500, set())


def test_an_internal_fault_tells_nothing_of_the_inside(client, state, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("secret path")

    monkeypatch.setattr(type(state.records), "clips", broken)

    assert "secret" not in client.get("/api/desk").text


@pytest.mark.parametrize(
    "rule",
    ["default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'",
     "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"],
)  # fmt: skip
def test_pages_run_and_load_nothing_from_elsewhere(client, rule):
    rules = [part.strip() for part in client.get("/").headers["content-security-policy"].split(";")]

    assert rule in rules


def test_no_page_may_run_what_stands_in_it(client):
    policies = [client.get(path).headers["content-security-policy"] for path in PAGES]

    assert not [policy for policy in policies if "unsafe" in policy]


PAGES = ("/", "/record", "/settings", "/signin")


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"])
def test_there_are_no_pages_about_the_inside(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/media/{id}/../../desk.lock",
        "/media/{id}/..%2f..%2fhipcv.sqlite3",
        "/media/{id}/%2e%2e/hipcv.sqlite3",
        "/media/{id}/result.json",
        "/media/{id}/evidence.npz",
        "/media/..%2f..%2fhipcv.sqlite3/proxy.mp4",
        "/media/{id}/..\\hipcv.sqlite3",
        "/media/{id}/proxy.mp4%00.jpg",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static//etc/passwd",
    ],
)
def test_no_way_leads_out_of_the_folders(shared, path):
    therapist, view = shared
    answer = therapist.client.get(path.format(id=view["analysis"]["id"]))

    assert answer.status_code in (400, 404)


@pytest.mark.parametrize("clip_id", ["1", "..", "%2e%2e", "' OR 1=1 --", "x" * 5000, "%00"])
def test_what_is_no_id_is_refused(client, clip_id):
    assert client.get(f"/api/clips/{clip_id}/curves").status_code in (400, 404)


def test_an_unknown_id_is_not_found(client):
    statuses = {
        (method, path): client.request(method, path).status_code
        for method, path in addresses(client.app)
        if ANY in path and method == "GET" and "export" not in path
    }

    assert set(statuses.values()) == {404}


WRONG = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"\xff\xfe",
    b'{"pseudonym": 7}',
    b'{"pseudonym": ""}',
    b'{"pseudonym": null}',
    b'{"pseudonym": "a\\u0000b"}',
    b'{"pseudonym": "a\\nb"}',
    b'{"pseudonym": {"$ne": 1}}',
    b'{"pseudonym": "' + b"x" * 1000 + b'"}',
    b'{"pseudonym": "a", "id": "mine"}',
    b'{"pseudonym": "\\ud800"}',
    b"[" * 100_000,
    b'{"pseudonym": ' + b"[" * 100_000,
]


@pytest.mark.parametrize("content", WRONG, ids=range(len(WRONG)))
def test_a_body_of_the_wrong_shape_is_refused(client, content):
    answer = client.post(
        "/api/patients", content=content, headers={"content-type": "application/json"}
    )

    assert 400 <= answer.status_code < 500


def test_a_refusal_is_one_sentence(client):
    answer = client.post("/api/patients", json={"pseudonym": 7})

    assert list(answer.json()) == ["error"]


@pytest.mark.parametrize(
    "changes",
    [
        {"version": "1"},
        {"version": 1.5},
        {"version": -1},
        {"version": True},
        {"version": 10**30},
        {"kind": "delete"},
        {"side": "both"},
        {"rep": "0"},
        {"rep": -1},
        {"rep": 99},
        {"after": []},
        {"after": {"accepted": "no"}},
        {"after": {}},
        {"by": ""},
        {"by": "x" * 1000},
        {"why": 7},
        {"why": ""},
        {"kind": "plateau", "after": {"plateau_s": [2, 1]}},
        {"kind": "plateau", "after": {"plateau_s": "ab"}},
        {
            "kind": "landmark",
            "rep": None,
            "after": {"at": "start", "row": 10**9, "knee_px": [1, 1]},
        },
        {"kind": "landmark", "rep": None, "after": {"at": "start", "row": 1.5, "knee_px": [1, 1]}},
        {"kind": "landmark", "rep": None, "after": {"at": "start", "row": 1, "knee_px": ["a", 1]}},
        {"kind": "side", "after": {"side": "../left"}},
    ],
    ids=str,
)
def test_a_correction_of_the_wrong_shape_is_refused(shared, changes):
    therapist, view = shared

    assert therapist.correct(view, **changes).status_code == 400


def test_numbers_that_are_none_are_refused(client, therapist):
    view = therapist.placed()
    told = json.dumps({"plateau_s": [0.5, float("nan")]})
    content = (
        f'{{"version": {view["analysis"]["version"]}, "kind": "plateau", "side": "left", '
        f'"rep": 0, "after": {told}, "by": "AB"}}'
    )

    answer = client.post(
        f"/api/analyses/{view['analysis']['id']}/corrections",
        content=content,
        headers={"content-type": "application/json"},
    )

    assert answer.status_code == 400


def test_a_huge_json_is_refused_by_its_declared_size(client):
    answer = client.post("/api/patients", content=b" " * (2 << 20))

    assert answer.status_code == 413


def test_a_huge_json_is_refused_where_no_size_is_declared(client):
    def pieces():
        for _ in range(40):
            yield b" " * (64 << 10)

    assert client.post("/api/patients", content=pieces()).status_code == 413


@pytest.mark.parametrize("length", ["-1", "abc", "1e9", "²"])
def test_a_size_that_is_none_is_refused(client, length):
    headers = {"content-length": length.encode("latin-1")}

    assert client.post("/api/patients", content=b"{}", headers=headers).status_code == 400


def test_a_scripts_page_is_not_allowed_to_ask_from_elsewhere(client):
    headers = {"origin": "http://evil.example", "access-control-request-method": "PUT"}

    answer = client.options("/api/uploads", headers=headers)

    assert "access-control-allow-origin" not in answer.headers
