"""Clips from a phone: what a second machine reaches, when, and nothing else."""

import hashlib
import socket
import ssl
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from http.client import HTTPSConnection
from pathlib import Path

import httpx
import pytest

from hipcv.web.phone import link as phone_link
from hipcv.web.phone.addresses import is_local, local_addresses
from hipcv.web.phone.app import STATIC_FILES, Door
from hipcv.web.phone.certificate import FILE
from hipcv.web.state import PhoneSettings
from tests.waiting import LIMIT_S, wait_until
from tests.web.conftest import sign_in
from tests.web.test_security import addresses

HOST = "127.0.0.1"
ASSIGNMENT = {"patient": "P-077", "on": "2026-03-04", "side": "right", "mirrored": True}


class Phone:
    """A browser on a phone that trusts the certificate of the desk, as its user decided."""

    def __init__(self, code, folder):
        self.url = code["url"]
        self.origin, _, self.key = self.url.rpartition("/")
        trusted = ssl.create_default_context(cafile=folder / FILE)
        self.client = httpx.Client(
            base_url=self.origin,
            verify=trusted,
            headers={"origin": self.origin},
            timeout=LIMIT_S,
        )

    def open(self):
        """Open the address of the code."""
        return self.client.get(self.url)

    def send(self, content, **fields):
        """Send a clip."""
        return self.client.put("/clips", params={"name": "30.mp4", **fields}, content=content)


@pytest.fixture
def phone_settings():
    """Modules or tests may override it."""
    return PhoneSettings(allowed=True, addresses=lambda: (HOST,))


@pytest.fixture
def settings(settings, phone_settings):
    return replace(settings, phone=phone_settings)


@pytest.fixture
def open_code(state, client):
    """Function that opens a code at the desk and returns a phone that has not opened it yet."""
    phones = []

    def open_one(**body):
        answer = client.post("/api/phone", json=body)
        assert answer.status_code == 201, answer.text
        phones.append(Phone(answer.json(), state.settings.folder))
        return phones[-1]

    yield open_one
    for phone in phones:
        phone.client.close()


@pytest.fixture
def phone(open_code):
    """A phone that has opened the page of a code."""
    phone = open_code()
    phone.open()
    return phone


@pytest.fixture
def content(therapist):
    return therapist.clip_file().read_bytes()


def is_reachable(phone):
    parts = httpx.URL(phone.origin)
    try:
        socket.create_connection((parts.host, parts.port), LIMIT_S).close()
    except ConnectionError:
        return False
    return True


def listening_addresses():
    """Return the IPv4 addresses at which this process listens."""
    own = {path.readlink().name for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}
    rows = [line.split() for line in Path("/proc/self/net/tcp").read_text().splitlines()[1:]]
    listening = [row[1].partition(":")[0] for row in rows if row[3] == "0A"]
    inodes = [row[9] for row in rows if row[3] == "0A"]
    return {
        socket.inet_ntoa(bytes.fromhex(address)[::-1])
        for address, inode in zip(listening, inodes, strict=True)
        if f"socket:[{inode}]" in own
    }


# --- off, on


def test_phones_are_turned_off_by_default(therapist, client):
    off = replace(therapist.state.settings, phone=PhoneSettings())
    client.app.state.phone.state = replace(therapist.state, settings=off)
    answer = client.post("/api/phone", json={})

    assert (answer.status_code, "--phone" in answer.json()["error"]) == (403, True)


@pytest.mark.parametrize(("allowed", "offered"), [(False, False), (True, True)])
def test_desk_offers_phones_where_the_settings_allow_them(state, client, allowed, offered):
    settings = replace(state.settings, phone=PhoneSettings(allowed))
    client.app.state.review = replace(state, settings=settings)

    assert ('id="from-phone"' in client.get("/").text) == offered


def test_code_needs_a_session(stranger):
    assert stranger.post("/api/phone", json={}).status_code == 401


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
class TestListener:
    """Listeners beyond the address of the desk, with an address of its own for the phone."""

    HOST = "127.0.0.2"

    @pytest.fixture
    def phone_settings(self):
        return PhoneSettings(allowed=True, addresses=lambda: (self.HOST,))

    def test_nothing_listens_unless_a_code_is_open(self, client, open_code):
        before = listening_addresses()
        open_code()
        while_open = listening_addresses()
        client.delete("/api/phone")

        assert (before & {self.HOST}, while_open & {self.HOST}) == (set(), {self.HOST})
        assert self.HOST not in listening_addresses()

    @pytest.mark.skipif(not local_addresses(), reason="this machine is in no local network")
    def test_code_is_reachable_at_an_address_of_the_local_network(self, client, open_code):
        address = local_addresses()[0]
        settings = replace(client.app.state.phone.state.settings, phone=PhoneSettings(True))
        client.app.state.phone.state = replace(client.app.state.phone.state, settings=settings)
        phone = open_code()

        assert (httpx.URL(phone.url).host, phone.open().status_code) == (address, 200)
        assert listening_addresses() & {"0.0.0.0", address} == {address}


def test_public_addresses_are_not_used():
    addresses = ["10.1.2.3", "192.168.1.7", "203.0.114.5", "8.8.8.8", "127.0.0.1", "169.254.3.4"]

    assert [*filter(is_local, addresses)] == ["10.1.2.3", "192.168.1.7"]


def test_computer_without_a_network_says_so(state, client):
    settings = replace(state.settings, phone=PhoneSettings(True, addresses=lambda: ()))
    client.app.state.phone.state = replace(state, settings=settings)
    answer = client.post("/api/phone", json={})

    assert (answer.status_code, "no local network" in answer.json()["error"]) == (503, True)


def test_port_in_use_says_so(state, client):
    with socket.create_server((HOST, 0)) as other:
        port = other.getsockname()[1]
        phone = replace(state.settings.phone, port=port)
        client.app.state.phone.state = replace(state, settings=replace(state.settings, phone=phone))
        answer = client.post("/api/phone", json={})

    assert (answer.status_code, f"{HOST}:{port}" in answer.json()["error"]) == (503, True)


@pytest.mark.parametrize(("port", "authority"), [(443, "10.0.0.3"), (8443, "10.0.0.3:8443")])
def test_host_is_the_one_that_browsers_send(port, authority):
    assert Door(None, "10.0.0.3", port).authority == authority


# --- what arrives


def test_clip_arrives_for_the_patient_day_and_leg_chosen_at_the_desk(therapist, open_code, content):
    therapist.state.records.add_patient("P-077", by="AB")
    phone = open_code(**ASSIGNMENT, by="KM")
    phone.open()
    phone.send(content)
    (clip,) = therapist.state.records.clips()
    visit = therapist.state.records.visit(clip.visit_id)
    patient = therapist.state.records.patient(visit.patient_id)

    assert (patient.pseudonym, visit.on.isoformat()) == ("P-077", "2026-03-04")
    assert (clip.side, clip.mirrored, clip.external) == ("right", True, False)


def test_clip_from_a_phone_is_measured(therapist, phone, content):
    phone.send(content)
    (clip,) = therapist.state.records.clips()

    assert therapist.wait(clip.id) == "ready"


def test_desk_follows_what_arrives(client, phone, content):
    before = client.get("/api/phone").json()
    phone.send(content, more=True)
    after = client.get("/api/phone").json()

    assert (before["opened"], before["clips"], after["open"]) == (True, [], True)
    assert [clip["name"] for clip in after["clips"] if clip["received"]] == ["30.mp4"]


def test_phone_learns_no_more_than_that_the_clip_is_here(therapist, phone, content):
    therapist.uploaded()

    assert phone.send(content).json() == {"already": True}


def test_file_that_is_no_video_is_refused_with_the_reason(client, phone):
    answer = phone.send(b"no video")
    state = client.get("/api/phone").json()

    assert (answer.status_code, state["open"]) == (415, True)
    assert state["clips"][0]["error"] == answer.json()["error"]


def test_patient_who_is_unknown_is_refused_at_the_desk(client):
    assert client.post("/api/phone", json={"patient": "P-1"}).status_code == 404


@pytest.mark.parametrize(
    "name",
    ["P-078_2026-03-04_right.mp4", "P-077_2026-03-05_right.mp4", "P-077_2026-03-04_left.mp4"],
)
def test_name_that_contradicts_what_was_chosen_is_refused(therapist, open_code, content, name):
    therapist.state.records.add_patient("P-077", by="AB")
    phone = open_code(**ASSIGNMENT)
    phone.open()

    assert phone.send(content, name=name).status_code == 409


# --- once, and for a while


def test_code_opens_once(state, open_code):
    first = open_code()
    first.open()
    second = Phone({"url": first.url}, state.settings.folder)
    with second.client:
        answer = second.open()

        assert (answer.status_code, "set-cookie" in answer.headers) == (410, False)
        assert second.send(b"x").status_code == 403


def test_of_phones_that_open_the_code_at_once_one_gets_it(state, open_code):
    url = open_code().url
    phones = [Phone({"url": url}, state.settings.folder) for _ in range(8)]
    with ThreadPoolExecutor(len(phones)) as pool:
        statuses = [*pool.map(lambda phone: phone.open().status_code, phones)]
    for phone in phones:
        phone.client.close()

    assert sorted(statuses) == [200, *[410] * 7]


def test_phone_that_opened_the_code_may_load_the_page_anew(phone):
    assert phone.open().status_code == 200


def test_code_ends_with_the_last_clip(phone, content):
    phone.send(content)

    wait_until(lambda: not is_reachable(phone))


def test_clips_of_one_choice_arrive_by_one_code(therapist, phone):
    names = ["20.mp4", "30.mp4", "40.mp4"]
    statuses = [
        phone.send(therapist.clip_file(name).read_bytes(), name=name, more=name != names[-1])
        for name in names
    ]

    assert [answer.status_code for answer in statuses] == [201, 201, 201]


def test_upload_after_the_end_is_refused(client, phone, content):
    opened = client.app.state.phone._open.copy()
    phone.send(content, more=True)
    next(iter(opened.values())).link.end = phone_link.End.SENT
    answer = phone.send(content)

    assert answer.status_code == 410


@pytest.mark.parametrize(
    "phone_settings", [PhoneSettings(True, addresses=lambda: (HOST,), valid_s=0)]
)
def test_old_code_takes_no_clip(open_code, client):
    phone = open_code()

    wait_until(lambda: not is_reachable(phone))
    assert "too old" in client.get("/api/phone").json()["end"]


def test_code_ends_when_it_is_closed_at_the_desk(client, phone):
    client.delete("/api/phone")

    assert not is_reachable(phone)


def test_code_ends_when_another_one_is_opened(open_code):
    first = open_code()
    open_code()

    assert not is_reachable(first)


def test_code_ends_at_sign_out(client, phone):
    client.delete("/api/session")

    wait_until(lambda: not is_reachable(phone))


def test_code_ends_when_the_page_at_the_desk_is_gone(phone, monkeypatch):
    monkeypatch.setattr(phone_link, "UNATTENDED_S", 0.0)

    wait_until(lambda: not is_reachable(phone))


def test_codes_of_two_users_work_side_by_side(state, client, open_code):
    phone = open_code()
    sign_in(client, state)
    open_code()
    client.delete("/api/phone")

    assert phone.open().status_code == 200


def test_clip_under_way_is_broken_off_when_the_code_is_closed(state, client, phone):
    sent = threading.Event()
    answers = []

    def slowly():
        yield b"x" * 300_000
        sent.set()
        while client.get("/api/phone").json():
            time.sleep(0.01)
        yield b"x"

    def send():
        try:
            answers.append(phone.send(slowly()).status_code)
        except httpx.HTTPError:
            answers.append("broken off")

    sender = threading.Thread(target=send)
    sender.start()
    sent.wait(LIMIT_S)
    client.delete("/api/phone")
    sender.join(LIMIT_S)

    assert answers in ([410], ["broken off"])
    wait_until(lambda: not [*state.files.incoming_folder().iterdir()])


def test_number_of_clips_is_bounded(phone, monkeypatch):
    monkeypatch.setattr(phone_link, "MAX_CLIPS", 2)
    statuses = [phone.send(b"no video").status_code for _ in range(3)]

    assert statuses == [415, 415, 410]


# --- nothing else


@pytest.fixture(scope="module")
def shared_phone(shared):
    """A phone that has opened a code, for tests that change nothing."""
    therapist, _view = shared
    settings = PhoneSettings(True, addresses=lambda: (HOST,))
    state = replace(therapist.state, settings=replace(therapist.state.settings, phone=settings))
    therapist.client.app.state.phone.state = state
    code = therapist.client.post("/api/phone", json={}).json()
    phone = Phone(code, state.settings.folder)
    phone.open()
    yield phone
    phone.client.close()


def test_no_route_of_the_desk_is_reachable(shared_phone, shared):
    therapist, view = shared
    ids = {"clip_id": view["clip"]["id"], "analysis_id": view["analysis"]["id"]}
    asked = {*addresses(therapist.client.app, ids)} - {("GET", path) for path in STATIC_FILES}
    statuses = {one: shared_phone.client.request(*one).status_code for one in asked}

    assert len(statuses) > 40
    assert {one: status for one, status in statuses.items() if status != 404} == {}


@pytest.mark.parametrize(
    "path",
    [
        "/static/desk/page.js",
        "/static/phone/../desk/page.js",
        "/static/phone/%2e%2e/desk/page.js",
        "/static//phone/page.js",
        "/docs",
        "/openapi.json",
        "/clips/",
        "/%63lips/x",
    ],
)
def test_no_other_path_is_reachable(shared_phone, path):
    request = shared_phone.client.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=path.encode())

    assert shared_phone.client.send(request).status_code == 404


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_page_answers_to_no_other_method(shared_phone, method):
    assert shared_phone.client.request(method, shared_phone.url).status_code == 405


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PATCH"])
def test_upload_answers_to_no_other_method(shared_phone, method):
    assert shared_phone.client.request(method, "/clips").status_code == 405


def test_head_does_not_use_the_code(open_code):
    phone = open_code()
    phone.client.head(phone.url)

    assert phone.client.get(phone.url, headers={"cookie": ""}).status_code == 200


@pytest.mark.parametrize("path", STATIC_FILES)
def test_every_part_of_the_page_is_served(shared_phone, path):
    assert shared_phone.client.get(path).status_code == 200


def test_page_may_run_no_script_but_its_own(shared_phone):
    policy = shared_phone.open().headers["content-security-policy"]

    assert "script-src 'self'" in policy


def test_page_names_nobody_but_the_patient_it_is_for(therapist, open_code):
    for name in ("P-077", "P-078"):
        therapist.state.records.add_patient(name, by="AB")
    text = open_code(patient="P-077", by="KM").open().text

    assert ("P-077" in text, "P-078" in text, "KM" in text) == (True, False, False)


@pytest.mark.parametrize(
    "fields",
    [{"patient": "P-1"}, {"side": "left"}, {"by": "XX"}, {"visit": "1"}, {"streamed_bytes": 1}],
    ids=str,
)
def test_phone_chooses_nothing(shared_phone, fields):
    assert shared_phone.send(b"x", **fields).status_code == 400


@pytest.mark.parametrize(
    ("name", "value"),
    [("origin", "https://evil.example"), ("origin", "null"), ("cookie", "hipcv-phone=x")],
)
def test_upload_that_is_not_from_the_page_is_refused(shared_phone, name, value):
    answer = shared_phone.client.put(
        "/clips", params={"name": "30.mp4"}, content=b"x", headers={name: value}
    )

    assert answer.status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "localhost", HOST, f"{HOST}:1"])
def test_request_by_another_name_is_refused(shared_phone, host):
    answer = shared_phone.client.get(shared_phone.url, headers={"host": host})

    assert answer.status_code == 400


def test_session_of_the_desk_is_of_no_use(client, open_code):
    phone = open_code()
    phone.client.cookies.update(client.cookies)
    phone.client.headers.update(client.headers)

    assert phone.client.get(f"{phone.origin}/api/desk").status_code in {400, 404}


def test_no_websocket_is_opened(shared_phone):
    upgrade = {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    }

    assert shared_phone.client.get("/api/live", headers=upgrade).status_code == 404


def test_nothing_is_answered_without_tls(shared_phone):
    plain = shared_phone.url.replace("https", "http")

    with pytest.raises(httpx.HTTPError):
        httpx.get(plain)


# --- size and speed


def test_upload_that_declares_too_much_is_refused_before_it_is_sent(shared_phone):
    url, cookies = httpx.URL(shared_phone.origin), shared_phone.client.cookies
    trusted = ssl._create_unverified_context()
    connection = HTTPSConnection(url.host, url.port, timeout=LIMIT_S, context=trusted)
    connection.putrequest("PUT", "/clips?name=30.mp4")
    connection.putheader("origin", shared_phone.origin)
    connection.putheader("cookie", "; ".join(f"{name}={cookies[name]}" for name in cookies))
    connection.putheader("content-length", str(1 << 50))
    connection.endheaders()
    status = connection.getresponse().status
    connection.close()

    assert status == 413


def test_upload_that_becomes_too_large_is_refused(state, client, open_code):
    phone = open_code()
    phone.open()
    guard = replace(state.settings.limits, upload_bytes=1000)
    settings = replace(state.settings, limits=guard)
    client.app.state.phone.state = replace(state, settings=settings)
    phone = open_code()
    phone.open()

    assert phone.send(iter([b"x" * 900, b"x" * 900])).status_code == 413
    assert [*state.files.incoming_folder().iterdir()] == []


def test_body_that_stalls_is_ended(phone):
    def stalled():
        yield b"x"
        time.sleep(3)
        yield b"x"

    assert phone.send(stalled()).status_code == 408


def test_page_takes_no_body(shared_phone):
    answer = shared_phone.client.request("GET", shared_phone.url, content=b"x")

    assert answer.status_code == 413


def test_second_clip_at_the_same_time_is_refused(client, phone):
    link = next(iter(client.app.state.phone._open.values())).link
    link.begin("first.mp4", 0)

    assert phone.send(b"x").status_code == 409


# --- the certificate


def test_fingerprint_at_the_desk_is_that_of_the_connection(state, client):
    code = client.post("/api/phone", json={}).json()
    url = httpx.URL(code["url"])
    pem = ssl.get_server_certificate((url.host, url.port))
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).hexdigest().upper()

    assert code["fingerprint"].replace(":", "") == digest


def test_code_is_a_picture_of_the_address(client):
    import cv2
    import numpy as np
    import segno

    code = client.post("/api/phone", json={}).json()
    matrix = np.array([[*row] for row in segno.make_qr(code["url"], error="m").matrix], np.uint8)
    picture = np.pad(np.kron(1 - matrix, np.ones((8, 8), np.uint8)) * 255, 64, constant_values=255)

    assert code["qr"].startswith("data:image/svg+xml")
    assert cv2.QRCodeDetector().detectAndDecode(picture)[0] == code["url"]
