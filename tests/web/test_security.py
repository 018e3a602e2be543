"""Access control of every route; the routes are taken from the router."""

import json
import re
import time
import uuid
from http.cookies import SimpleCookie
from types import MappingProxyType
from unittest.mock import AsyncMock

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount, WebSocketRoute
from starlette.websockets import WebSocketDisconnect

from hipcv.web.pages import MENU, router
from hipcv.web.security import HEADERS, PAGE_KEY_HEADER, SAFE
from hipcv.web.sessions import KeyState, Sessions, in_use
from tests.web.conftest import BASE, WS, follow, sign_in

ANY = str(uuid.UUID(int=7))


def flat(routes):
    """Yield every route of an app, including those of its routers."""
    for route in routes:
        inner = getattr(route, "routes", None) or getattr(
            getattr(route, "original_router", None), "routes", None
        )
        if inner and not isinstance(route, Mount):
            yield from flat(inner)
        else:
            yield route


def addresses(app, ids=MappingProxyType({})):
    """Yield (method, path) of every HTTP route, with ids filled in."""
    for route in flat(app.routes):
        if isinstance(route, Mount | WebSocketRoute) or not getattr(route, "methods", None):
            continue
        types = route.endpoint.__annotations__
        values = {
            name: 0 if types.get(name) is int else ids.get(name, ANY)
            for name in re.findall(r"{(\w+)}", route.path)
        }
        for method in route.methods:
            yield method, route.path.format(**values)


def pages(app):
    """Return the path of every HTML page that needs no id."""
    data = ("/api/", "/media/", "/static/")
    return [path for method, path in addresses(app)
            if method == "GET" and ANY not in path and not path.startswith(data)]  # fmt: skip


def websockets(app):
    return [route.path for route in flat(app.routes) if isinstance(route, WebSocketRoute)]


def writing(app):
    return sorted((method, path) for method, path in addresses(app) if method not in SAFE)


def close_codes(browser, headers=None):
    """Return the codes with which each websocket was refused; None: it was accepted."""
    return {close_code(browser, path, headers or {}) for path in websockets(browser.app)}


def close_code(browser, path, headers):
    try:
        with browser.websocket_connect(f"{WS}{path}", headers=headers):
            return None
    except WebSocketDisconnect as refusal:
        return refusal.code


def test_websocket_from_a_page_of_the_app_is_accepted(client, monkeypatch):
    monkeypatch.setattr("hipcv.web.live._lead", AsyncMock())

    assert close_codes(client) == {None}


def test_writing_routes_are_taken_from_the_router(client):
    paths = {path for _, path in writing(client.app)}

    assert {"/api/uploads", "/api/patients", f"/api/analyses/{ANY}/sign", "/signin"} <= paths


def test_added_page_is_among_the_tested_ones(client):
    client.app.add_api_route("/added", lambda: "")

    assert "/added" in pages(client.app)


def test_added_page_needs_a_session(client, stranger):
    client.app.add_api_route("/added", lambda: "")

    assert stranger.get("/added").status_code == 401


def test_page_with_the_menu_tag_is_in_the_menu_of_every_page(client, monkeypatch):
    added = APIRoute("/added", lambda: "", summary="Added", tags=[MENU])
    monkeypatch.setattr(router, "routes", [*router.routes, added])

    assert '<a href="/added" >Added</a>' in client.get("/settings").text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example"])
def test_foreign_host_name_is_refused(client, host):
    assert client.get("/api/desk", headers={"host": host}).status_code == 400


def test_two_host_names_are_refused(client):
    answer = client.get("/", headers=[("host", "127.0.0.1:8000"), ("host", "evil.example")])

    assert answer.status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LOCALHOST", "[::1]:8000"])
def test_local_host_names_are_accepted(client, host):
    assert client.get("/api/desk", headers={"host": host}).status_code == 200


def test_only_sign_in_is_open_without_a_session(stranger):
    public = {
        path
        for method, path in addresses(stranger.app)
        if stranger.request(method, path).status_code != 401
    }

    assert public == {"/signin", "/static/shared/colours.css"}  # which the sign-in page needs


def test_a_wrong_cookie_is_no_session(stranger):
    stranger.cookies.set("hipcv", "x" * 43)

    assert stranger.get("/api/desk").status_code == 401


def test_first_visit_is_no_error(stranger):
    assert 'role="alert"' not in stranger.get("/").text


def test_page_without_a_session_says_how_to_sign_in(stranger):
    assert "hipcv review" in stranger.get("/").text


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=%00%ff"])
def test_a_wrong_token_gives_no_session(stranger, query):
    assert "set-cookie" not in stranger.get("/" + query).headers


def test_key_of_the_link_starts_a_session(stranger, state):
    follow(stranger, stranger.get(f"/?token={state.auth.keys.new()}"))

    assert stranger.get("/api/desk").status_code == 200


def test_key_from_the_file_starts_a_session(stranger, state):
    form, origin = {"token": state.auth.keys.new()}, {"origin": "null"}
    follow(stranger, stranger.post("/open", data=form, headers=origin))

    assert stranger.get("/api/desk").status_code == 200


@pytest.mark.parametrize("second", ["get", "post"])
def test_key_opens_the_app_once(stranger, state, second):
    key = state.auth.keys.new()
    stranger.get(f"/?token={key}")
    answer = (
        stranger.get(f"/?token={key}")
        if second == "get"
        else stranger.post("/open", data={"token": key})
    )

    assert ("set-cookie" in answer.headers, "was used before" in answer.text) == (False, True)


def test_old_key_does_not_open_the_app(stranger, state):
    answer = stranger.get(f"/?token={state.auth.keys.new(valid_s=-1)}")

    assert ("set-cookie" in answer.headers, "too old" in answer.text) == (False, True)


def test_altered_end_of_a_key_is_noticed(state):
    end, _, rest = state.auth.keys.new(valid_s=-1).partition(".")

    assert state.auth.keys.use(f"{int(end) + 1000}.{rest}") is KeyState.WRONG


def test_key_is_accepted_on_the_first_page_only(stranger, state):
    assert stranger.get(f"/api/desk?token={state.auth.keys.new()}").status_code == 401


def test_cookie_is_same_site_and_http_only(stranger, state):
    answer = stranger.get(f"/?token={state.auth.keys.new()}")
    cookie = SimpleCookie(answer.headers["set-cookie"])["hipcv"]

    assert (cookie["samesite"], cookie["httponly"], cookie["path"]) == ("Strict", True, "/")


def test_address_of_an_opened_page_is_replaced(stranger, state):
    assert "/static/shared/open.js" in stranger.get(f"/?token={state.auth.keys.new()}").text


def test_cookie_alone_reads_and_changes_nothing(client, therapist):
    """Browsers send the cookie to servers of others at other ports of this machine."""
    view = therapist.placed("Mrs Smith.mp4", patient="P-cookie")
    secret = [view["clip"]["name"], "P-cookie"]
    del client.headers[PAGE_KEY_HEADER]
    ids = {"clip_id": view["clip"]["id"], "analysis_id": view["analysis"]["id"]}
    ids["patient_id"] = view["patient"]["id"]

    answers = [
        client.request(method, path, params={"to": "json"})
        for method, path in addresses(client.app, ids)
        if path not in ("/signin", "/open")
    ]

    reading = [
        str(answer.url)
        for answer in answers
        if answer.status_code != 401 and any(text in answer.text for text in secret)
    ]
    writing = [
        str(answer.url)
        for answer in answers
        if answer.status_code != 401 and answer.request.method not in SAFE
    ]
    assert (reading, writing) == ([], [])


def test_page_key_alone_is_no_session(client):
    client.cookies.clear()

    assert client.get("/api/desk").status_code == 401


def test_page_key_of_another_session_is_refused(client, state):
    client.headers[PAGE_KEY_HEADER] = state.auth.sessions.begin().page_key

    assert client.get("/api/desk").status_code == 401


def test_page_key_in_the_query_does_not_write(client):
    key = client.headers.pop(PAGE_KEY_HEADER)

    assert client.post(f"/api/session?key={key}").status_code == 401


def test_video_is_read_with_the_page_key_in_the_query(client):
    key = client.headers.pop(PAGE_KEY_HEADER)

    assert client.get(f"/media/{ANY}/proxy.mp4?key={key}").status_code == 404


def test_sign_out_ends_the_session(client):
    cookie = client.cookies["hipcv"]
    client.delete("/api/session")
    client.cookies.set("hipcv", cookie)

    assert client.get("/api/desk").status_code == 401


def test_sign_out_leaves_other_sessions(client, state, stranger):
    sign_in(stranger, state)
    client.delete("/api/session")

    assert stranger.get("/api/desk").status_code == 200


@pytest.fixture
def lock_later(monkeypatch):
    """A function that lets minutes pass without anybody at the pages."""
    passed_s = [0.0]
    real = time.monotonic
    monkeypatch.setattr("hipcv.web.sessions.time.monotonic", lambda: real() + passed_s[0])

    def later(minutes):
        passed_s[0] += 60 * minutes

    return later


def test_session_that_nobody_uses_is_locked(client, lock_later):
    lock_later(15.1)

    assert client.get("/api/desk").status_code == 401


def test_session_in_use_stays_open(client, lock_later):
    for _ in range(4):
        lock_later(14)
        client.post("/api/session")

    assert client.get("/api/desk").status_code == 200


def test_requests_of_the_page_itself_are_no_use(client, lock_later):
    lock_later(14)
    client.get("/api/desk")
    lock_later(14)

    assert client.get("/api/desk").status_code == 401


def test_session_stays_open_during_an_upload(state, lock_later):
    session = state.auth.sessions.begin()
    with in_use(session):
        lock_later(60)

        assert state.auth.sessions.holds(session)


def test_lock_can_be_turned_off(lock_later):
    sessions = Sessions(lock_after_min=0)
    session = sessions.begin()
    lock_later(10_000)

    assert sessions.holds(session)


@pytest.mark.parametrize(
    ("reason", "text"), [("locked", "15 minutes"), ("signed_out", "signed out"), ("x", "")]
)
def test_sign_in_page_says_why_it_is_there(stranger, reason, text):
    assert text in stranger.get(f"/signin?because={reason}").text


def test_every_page_can_be_signed_out_from(client):
    lacking = [path for path in pages(client.app) if path not in ("/signin", "/open")]
    lacking = [path for path in lacking if 'id="sign-out"' not in client.get(path).text]

    assert not lacking


@pytest.mark.parametrize(
    "origin",
    [None, "null", "http://evil.example", "http://127.0.0.1:8001", "https://127.0.0.1:8000", ""],
)
def test_writing_request_from_another_origin_is_refused(client, origin):
    client.headers.pop("origin")
    headers = {} if origin is None else {"origin": origin}

    answers = {
        (method, path): client.request(method, path, headers=headers).status_code
        for method, path in writing(client.app)
    }

    del answers["POST", "/open"]  # comes from a file, and needs a key
    assert set(answers.values()) == {403}


def test_two_origins_are_refused(client):
    client.headers.pop("origin")
    headers = [("origin", BASE), ("origin", "http://evil.example")]

    assert client.post("/api/patients", headers=headers, json={}).status_code == 403


def test_unusual_method_from_another_origin_is_refused(client):
    assert (
        client.request("PATCH", "/api/desk", headers={"origin": "http://evil.example"}).status_code
        == 403
    )


@pytest.mark.parametrize("origin", ["http://evil.example", "null", ""])
def test_websocket_from_another_origin_is_refused(client, origin):
    assert close_codes(client, {"origin": origin}) == {1008}


def test_websocket_without_a_session_is_refused(stranger):
    assert close_codes(stranger) == {1008}


def test_websocket_to_a_foreign_host_name_is_refused(client):
    assert close_codes(client, {"host": "evil.example"}) == {1008}


def test_every_response_has_the_security_headers(client, stranger, monkeypatch):
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


def test_internal_error_has_the_security_headers(client, state, monkeypatch):
    monkeypatch.setattr(type(state.records), "clips_under_way", lambda *_, **__: 1 / 0)

    answer = client.get("/api/desk")

    assert (answer.status_code, set(HEADERS) - set(answer.headers)) == (500, set())


def test_internal_error_reveals_no_details(client, state, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("secret path")

    monkeypatch.setattr(type(state.records), "clips_under_way", broken)

    assert "secret" not in client.get("/api/desk").text


@pytest.mark.parametrize(
    "rule",
    ["default-src 'self'", "script-src 'self'", "style-src 'self'", "object-src 'none'",
     "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"],
)  # fmt: skip
def test_pages_load_nothing_from_other_origins(client, rule):
    rules = [part.strip() for part in client.get("/").headers["content-security-policy"].split(";")]

    assert rule in rules


def test_no_page_may_run_inline_scripts(client):
    policies = [client.get(path).headers["content-security-policy"] for path in pages(client.app)]

    assert not [policy for policy in policies if "unsafe" in policy]


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"])
def test_api_documentation_is_not_served(client, path):
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
def test_no_path_leads_out_of_the_folders(shared, path):
    therapist, view = shared
    answer = therapist.client.get(path.format(id=view["analysis"]["id"]))

    assert answer.status_code in (400, 404)


@pytest.mark.parametrize("clip_id", ["1", "..", "%2e%2e", "' OR 1=1 --", "x" * 5000, "%00"])
def test_invalid_id_is_refused(client, clip_id):
    assert client.get(f"/api/clips/{clip_id}/curves").status_code in (400, 404)


QUERY = {"to": "json", "row": 0, "side": "left"}
"""Fields that some addresses require."""


def test_an_unknown_id_is_not_found(client):
    statuses = {
        (method, path): client.request(method, path, params=QUERY).status_code
        for method, path in addresses(client.app)
        if ANY in path and method == "GET"
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
def test_invalid_body_is_refused(client, content):
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
        {"kind": "withdraw"},
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
def test_invalid_correction_is_refused(shared, changes):
    therapist, view = shared

    assert therapist.correct(view, **changes).status_code == 400


def test_nan_in_a_correction_is_refused(client, therapist):
    view = therapist.placed()
    after = json.dumps({"plateau_s": [0.5, float("nan")]})
    content = (
        f'{{"version": {view["analysis"]["version"]}, "kind": "plateau", "side": "left", '
        f'"rep": 0, "after": {after}, "by": "AB"}}'
    )

    answer = client.post(
        f"/api/analyses/{view['analysis']['id']}/corrections",
        content=content,
        headers={"content-type": "application/json"},
    )

    assert answer.status_code == 400


def test_large_json_is_refused_by_its_declared_size(client):
    answer = client.post("/api/patients", content=b" " * (2 << 20))

    assert answer.status_code == 413


def test_large_json_is_refused_without_a_declared_size(client):
    def parts():
        for _ in range(40):
            yield b" " * (64 << 10)

    assert client.post("/api/patients", content=parts()).status_code == 413


@pytest.mark.parametrize("length", ["-1", "abc", "1e9", "²"])
def test_invalid_declared_size_is_refused(client, length):
    headers = {"content-length": length.encode("latin-1")}

    assert client.post("/api/patients", content=b"{}", headers=headers).status_code == 400


def test_cross_origin_requests_are_not_allowed(client):
    headers = {"origin": "http://evil.example", "access-control-request-method": "PUT"}

    answer = client.options("/api/uploads", headers=headers)

    assert "access-control-allow-origin" not in answer.headers
