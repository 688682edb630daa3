"""By which name a server may be called, what its pages may be used for, and who may see how it is."""

from __future__ import annotations

import base64
import json
import re
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from engine.__main__ import main
from engine.runtime import guard, halfsent, overview, stream
from engine.runtime.commands import Play
from engine.runtime.guard import Guard, Policy, host_allowed, hosts_for
from engine.runtime.pool import Pool
from engine.runtime.service import Service
from engine.runtime.settings import SettingError, embed
from engine.runtime.store import Store
from engine.runtime.waits import Waits
from tests.browser.server import Server
from tests.clock import Clock
from tests.probes import CountParams, Fail, Walk, WalkParams
from tests.waiting import until


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    service = Service(Pool(workers=1, max_runs=9), Store(tmp_path), "cpu")
    yield service
    service.close()


def behind(service: Service, policy: Policy) -> TestClient:
    async def health(request: Any) -> PlainTextResponse:
        return PlainTextResponse("ok")

    ours = [*stream.routes(lambda: service), *overview.routes(lambda: service, ""), Route("/_stcore/health", health)]
    return TestClient(Starlette(routes=ours, middleware=[Middleware(Guard, policy=policy)]))


# ---- the name ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "allowed"),
    [("localhost", True), ("localhost:8501", True), ("LOCALHOST:1", True), ("127.0.0.1:8501", True),
     ("[::1]:8501", True), ("localhost.", True), ("evil.example", False),
     ("localhost.evil.example", False), ("evil.example:8501", False),
     ("a@localhost", False), ("localhost/x", False), ("localhost evil", False), ("", False), (None, False),
     ("[", False)],
)  # fmt: skip
def test_a_server_on_this_machine_goes_by_its_names_only(host: str | None, allowed: bool) -> None:
    assert host_allowed(host, hosts_for("localhost", [], [])) is allowed


def test_names_can_be_allowed_and_pages_that_may_connect_bring_theirs() -> None:
    assert host_allowed(
        "lab.example:80", hosts_for("localhost", [], ["https://lab.example:444", "nonsense", "http://["])
    )
    assert host_allowed("anything.example", hosts_for("0.0.0.0", [], []))
    limited = hosts_for("0.0.0.0", ["*.school.example", "one.example"], [])
    found = [host_allowed(host, limited) for host in ("a.school.example", "one.example", "school.example", "x.example")]
    assert found == [True, True, False, False]
    assert host_allowed("x.example", ["*"])


def test_a_rebound_name_reaches_neither_pages_nor_sockets(service: Service) -> None:
    run = service.open(Walk, WalkParams(), play=False)
    address = f"/live/run/{run.id}?token={run.owner_token}"
    with behind(service, Policy(hosts=guard.LOOPBACK)) as client:
        assert client.get("/live/assets/x/js/socket.js").status_code == 421
        with pytest.raises(WebSocketDisconnect), client.websocket_connect(address):
            pass
        assert client.get("/live/assets/x/js/socket.js", headers={"host": "localhost:99"}).status_code == 200
        with client.websocket_connect(address, headers={"host": "localhost"}) as socket:
            assert socket.receive_json()["type"] == "hello"


# ---- what pages may do with ours --------------------------------------------------------------------------------


def test_every_answer_says_who_may_frame_it_and_tells_no_tokens(service: Service) -> None:
    with behind(service, Policy()) as client:
        for path in ("/live/assets/x/js/socket.js", "/live/assets/x/nothing", "/live/assets/x/plotly.js", "/nowhere"):
            headers = client.get(path).headers
            assert headers["content-security-policy"] == "frame-ancestors 'self'"
            assert headers["x-frame-options"] == "SAMEORIGIN" and headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "same-origin"


def test_a_page_elsewhere_may_be_allowed_to_frame_ours(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MORPHOGEN_EMBED", "https://moodle.example, https://*.school.example:8443")
    with behind(service, Policy(embed=embed())) as client:
        headers = client.get("/nowhere").headers
    assert headers["content-security-policy"] == (
        "frame-ancestors 'self' https://moodle.example https://*.school.example:8443"
    )
    assert "x-frame-options" not in headers


@pytest.mark.parametrize("text", ["moodle", "https://a.example; script-src *", "https://a.example/x", "javascript:x"])
def test_what_is_no_origin_is_a_sentence(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MORPHOGEN_EMBED", text)
    with pytest.raises(SettingError, match="MORPHOGEN_EMBED"):
        embed()


# ---- a password -------------------------------------------------------------------------------------------------


def basic(password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"anybody:{password}".encode()).decode()}


def test_a_password_is_asked_for_once_and_covers_the_sockets(service: Service) -> None:
    run = service.open(Walk, WalkParams(), play=False)
    address = f"/live/run/{run.id}?token={run.owner_token}"
    with behind(service, Policy(password="sésame: open")) as client:
        assert client.get("/_stcore/health").status_code == 200
        for wrong in ({}, basic("x"), {"authorization": "Basic !!"}, {"authorization": "Bearer x"},
                      {"cookie": "morphogen=x"}, {"cookie": "morphogen=\"\\303\""},
                      {"cookie": "a=b; ;;=\x01"}):  # fmt: skip
            answer = client.get("/live/assets/x/js/socket.js", headers=wrong)
            assert answer.status_code == 401 and "Basic" in answer.headers["www-authenticate"]
            with pytest.raises(WebSocketDisconnect), client.websocket_connect(address, headers=wrong):
                pass
        assert client.get("/live/assets/x/js/socket.js", headers=basic("sésame: open")).status_code == 200
        assert client.get("/live/assets/x/js/socket.js").status_code == 200, "a cookie remembers it"
        with client.websocket_connect(address) as socket:
            assert socket.receive_json()["type"] == "hello"
        (cookie,) = client.cookies.jar
        assert "sésame" not in str(cookie.value) and cookie.has_nonstandard_attr("HttpOnly")


# ---- how many ---------------------------------------------------------------------------------------------------


def test_one_address_holds_only_so_many_connections(service: Service) -> None:
    run = service.open(Walk, WalkParams(), play=False)
    address = f"/live/run/{run.id}?token={run.owner_token}"
    with behind(service, Policy(per_address=2)) as client:
        with client.websocket_connect(address), client.websocket_connect(address) as last:
            last.receive_json()
            assert client.get("/nowhere").status_code == 429
            with pytest.raises(WebSocketDisconnect), client.websocket_connect(address):
                pass
        until(run, lambda: run.watched == 1)  # the one who waits
        assert client.get("/nowhere").status_code == 404


class Connection:
    """As uvicorn's, as far as it matters: ``cycle`` is there once the headers of a request are."""

    cycle = None

    def __init__(self, loop: Any) -> None:
        self.loop = loop

    def connection_made(self, transport: Any) -> None:
        self.transport = transport


class Line:
    closed = False

    def __init__(self, protocol: Any) -> None:
        self.protocol = protocol

    def get_protocol(self) -> Any:
        return self.protocol

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True


class Later:
    def call_later(self, delay: float, act: Any) -> None:
        self.delay, self.act = delay, act


@pytest.mark.parametrize("state", ["silent", "asked", "upgraded"])
def test_who_never_finishes_asking_is_hung_up_on(state: str) -> None:
    kind = type("Fresh", (Connection,), {"connection_made": Connection.connection_made})
    halfsent.hang_up_on_silence(kind, 7.0)
    halfsent.hang_up_on_silence(kind, 7.0)
    loop = Later()
    protocol = kind(loop)
    line = Line(protocol)
    protocol.connection_made(line)
    if state == "asked":
        protocol.cycle = object()
    elif state == "upgraded":
        line.protocol = object()
    loop.act()
    assert loop.delay == 7.0 and line.closed is (state == "silent")


def test_the_real_server_is_guarded(server: Server) -> None:
    for path in ("/", "/turing", "/_stcore/health", "/live/assets/x/js/socket.js"):
        with urllib.request.urlopen(server.url + path, timeout=10) as answer:
            assert answer.headers["Content-Security-Policy"] == "frame-ancestors 'self'", path
        request = urllib.request.Request(server.url + path, headers={"Host": "evil.example"})
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(request, timeout=10)
        assert caught.value.code == 421


@pytest.mark.science
def test_the_real_server_hangs_up_on_half_a_request(server: Server) -> None:
    began = time.monotonic()
    with socket.create_connection(("localhost", server.port)) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n")
        line.settimeout(halfsent.HEADERS_S + 10)
        assert line.recv(100) == b""
    assert halfsent.HEADERS_S - 1 < time.monotonic() - began < halfsent.HEADERS_S + 5


# ---- how it is --------------------------------------------------------------------------------------------------


def test_who_runs_the_server_sees_how_it_is(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--url", server.url]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == set(overview.HELP) and told["runs_max"] == 120 and told["memory_bytes"] > 1e8
    with urllib.request.urlopen(server.url + "/live/metrics", timeout=10) as answer:
        text = answer.read().decode()
    for line in text.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) morphogen_\w+ .+|morphogen_\w+(\{status="\w+"\})? [\d.e+-]+', line), line


@pytest.mark.parametrize(
    "headers",
    [{"x-forwarded-for": "9.9.9.9"}, {"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}],
    ids=lambda headers: next(iter(headers)),
)
def test_nobody_else_does(server: Server, headers: dict[str, str]) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(urllib.request.Request(server.url + "/live/status", headers=headers), timeout=10)
    assert caught.value.code == 403


def test_an_operator_elsewhere_shows_a_token(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    with behind(service, Policy()) as client:  # whose address is no machine's
        assert client.get("/live/status").status_code == 403
        monkeypatch.setenv("MORPHOGEN_OPERATOR", "key")
        assert client.get("/live/status", headers={"authorization": "Bearer wrong"}).status_code == 403
        assert client.get("/live/status", headers={"authorization": "Bearer key"}).status_code == 200


def test_the_numbers_are_true(service: Service) -> None:
    failing = service.open(Fail, CountParams(at=2))
    standing = service.open(Walk, WalkParams(), play=False)
    until(failing, lambda: failing.status == "failed")
    until(standing, lambda: standing.status == "paused")
    until(failing, lambda: service.pool.failures == 1)
    told = overview.overview(service)
    assert told["runs"] == {"ready": 0, "running": 0, "paused": 1, "finished": 0, "failed": 1}
    assert told["failures_total"] == 1 and told["viewers"] == 0
    assert 'morphogen_runs{status="failed"} 1' in overview.as_metrics(told)
    standing.submit(Play())


def test_the_longest_wait_is_of_the_last_minute() -> None:
    clock = Clock()
    waits = Waits(clock)
    waits.note(0.5)
    waits.note(0.1)
    assert waits.longest() == 0.5
    clock.now += 40
    waits.note(0.2)
    assert waits.longest() == 0.5
    clock.now += 40
    assert waits.longest() == 0.2
    clock.now += 400
    assert waits.longest() == 0.0


@pytest.mark.parametrize("url", ["localhost", "file:///etc/passwd"])
def test_a_status_of_nowhere_is_one_line(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["status", "--url", url])
    assert caught.value.code == 2
    assert main(["status", "--url", "http://localhost:9"]) == 1
    assert capsys.readouterr().err.count("\n") == 2
