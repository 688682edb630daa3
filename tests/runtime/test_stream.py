"""The live stream: who may connect, what comes in which order, and that nothing said to it does harm."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from engine.exhibit import Frame
from engine.frames import decode
from engine.runtime import stream
from engine.runtime.commands import MAX_MESSAGE_BYTES, Play
from engine.runtime.pool import Pool
from engine.runtime.run import Run, Status
from engine.runtime.service import Service
from engine.runtime.store import Store
from tests.probes import Walk, WalkParams
from tests.runtime.test_commands import BAD
from tests.waiting import PATIENCE_S, Viewing, until

HOST = "testserver"
BASE = "/lab/demo"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service(Pool(workers=2, max_runs=100), Store(tmp_path_factory.mktemp("state")), "cpu")
    yield service
    service.close()


@pytest.fixture(scope="module")
def client(service: Service) -> Iterator[TestClient]:
    ours = stream.routes(lambda: service, origins=["https://lecture.example"])
    with TestClient(Starlette(routes=[*ours, *stream.routes(lambda: service, base=BASE)])) as client:
        yield client


@pytest.fixture
def run(service: Service) -> Iterator[Run]:
    """A run standing at step 0."""
    run = service.open(Walk, WalkParams(), play=False)
    until(run, lambda: run.status == Status.PAUSED)
    yield run
    service.pool.close(run.id)


class Browser:
    """What a browser does: reads messages, answers frames."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.end = time.monotonic() + PATIENCE_S

    def say(self, **message: Any) -> None:
        self.socket.send_text(json.dumps(message))

    def hear(self) -> tuple[str, Any]:
        """The next message: its kind, and the JSON or (frame, about)."""
        assert time.monotonic() < self.end
        message = self.socket.portal.call(self._receive)
        if message["type"] == "websocket.close":
            raise WebSocketDisconnect(message["code"], message.get("reason"))
        if message.get("text") is not None:
            content = json.loads(message["text"], parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
            return content["type"], content
        frame, about = decode(message["bytes"])
        return about["kind"], (frame, about)

    async def _receive(self) -> Any:
        with anyio.fail_after(PATIENCE_S):
            return await self.socket._send_rx.receive()

    def hear_until(self, kind: str, fits: Callable[[Any], bool] = lambda content: True, *, ack: bool = True) -> Any:
        """Read on, acknowledging frames, until one of that kind fits."""
        while True:
            heard, content = self.hear()
            if heard == kind and fits(content):
                return content
            if heard == "frame" and ack:
                self.say(do="ack")

    def frame(self) -> tuple[Frame, dict[str, Any]]:
        """The next frame, acknowledged."""
        found = self.hear_until("frame")
        self.say(do="ack")
        return found


def url(run: Run, token: str | None = None, base: str = "") -> str:
    return f"{base}/live/run/{run.id}?token={run.owner_token if token is None else token}"


def refused(client: TestClient, address: str, **headers: str) -> int:
    """The close code with which a connection ends that may not be."""
    with pytest.raises(WebSocketDisconnect) as caught, client.websocket_connect(address, headers=headers) as socket:
        Browser(socket).hear()
    return caught.value.code


# ---- who may connect --------------------------------------------------------------------------------------------


def test_an_unknown_run_is_refused_with_its_own_code(client: TestClient) -> None:
    assert refused(client, "/live/run/nobody?token=x") == stream.UNKNOWN_RUN == 4404


@pytest.mark.parametrize("query", ["", "?token=", "?token=wrong", "?token=%ff%00é", "?other=1"])
def test_a_wrong_token_is_refused(client: TestClient, run: Run, query: str) -> None:
    assert refused(client, f"/live/run/{run.id}{query}") == stream.FORBIDDEN == 4403
    assert run.watched == 0


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "http://testserver.evil.example", "http://[", "testserver",
               "http://testserver:81", "https://evil.example/testserver"]
)  # fmt: skip
def test_a_page_from_elsewhere_is_refused_and_told_why(client: TestClient, run: Run, origin: str) -> None:
    assert refused(client, url(run), origin=origin) == stream.ELSEWHERE
    assert run.watched == 0


@pytest.mark.parametrize("origin", [f"http://{HOST}", f"https://{HOST.upper()}", "https://lecture.example", None])
def test_our_own_page_an_allowed_page_and_a_program_may_connect(
    client: TestClient, run: Run, origin: str | None
) -> None:
    with client.websocket_connect(url(run), headers={"origin": origin} if origin else {}) as socket:
        assert Browser(socket).hear() == ("hello", {"type": "hello", "role": "owner"})


def test_an_origin_needs_a_host_to_match() -> None:
    assert not stream.origin_allowed("http://x", None, ())
    assert stream.origin_allowed(None, None, ())


def test_too_many_viewers_are_refused(client: TestClient, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_VIEWERS", 1)
    with client.websocket_connect(url(run)) as socket:
        Browser(socket).frame()
        assert refused(client, url(run, run.viewer_token)) == stream.FULL


def test_the_base_path_is_honoured(client: TestClient, run: Run) -> None:
    with client.websocket_connect(url(run, base=BASE)) as socket:
        assert Browser(socket).hear()[0] == "hello"
    assert client.get(f"{BASE}/live/assets/x/js/socket.js").status_code == 200
    assert client.get("/lab/live/assets/x/js/socket.js").status_code == 404


# ---- what comes out ---------------------------------------------------------------------------------------------


def test_the_first_messages_come_in_order(client: TestClient, run: Run) -> None:
    with client.websocket_connect(url(run)) as socket:
        browser, seen = Browser(socket), []
        while "frame" not in seen:
            seen.append(browser.hear()[0])
    assert seen[:2] == ["hello", "state"]
    assert [kind for kind in seen if kind != "state"] == ["hello", "scene", "history", "frame"]


def test_a_late_viewer_of_a_standing_run_gets_everything_too(client: TestClient, run: Run) -> None:
    for _ in range(2):
        with client.websocket_connect(url(run)) as socket:
            seen = set()
            browser = Browser(socket)
            while not {"state", "scene", "history", "frame"} <= seen:
                seen.add(browser.hear()[0])


def test_one_frame_is_in_flight_until_it_is_acknowledged(client: TestClient, run: Run) -> None:
    with client.websocket_connect(url(run)) as socket:
        browser = Browser(socket)
        browser.hear_until("frame")
        for _ in range(5):
            browser.say(do="step")
        # every step changes the state; a frame among these messages would be one too many
        heard = []
        while not heard or heard[-1][1].get("step") != 5:
            heard.append(browser.hear())
            assert heard[-1][0] == "state"
        browser.say(do="ack")
        _, about = browser.hear_until("frame")
        assert about["step"] == 5, "the newest, not the oldest"


def test_a_viewer_that_never_answers_does_not_stop_another(client: TestClient, run: Run) -> None:
    with client.websocket_connect(url(run, run.viewer_token)) as idle, client.websocket_connect(url(run)) as socket:
        Browser(idle).hear_until("frame", ack=False)
        browser = Browser(socket)
        browser.say(do="play")
        steps = [browser.frame()[1]["step"] for _ in range(12)]
        assert steps == sorted(steps) and steps[-1] > steps[0]


def test_twenty_viewers_all_get_frames_of_the_same_bytes(client: TestClient, run: Run) -> None:
    from contextlib import ExitStack

    with ExitStack() as stack:
        browsers = [
            Browser(stack.enter_context(client.websocket_connect(url(run, run.viewer_token)))) for _ in range(20)
        ]
        for browser in browsers:
            browser.frame()
        assert run.watched == 20
        run.submit(Play())
        for browser in browsers:
            assert browser.hear_until("frame", lambda found: found[1]["step"] > 0)
    until(run, lambda: run.watched == 1, "the browsers' leaving")  # the one who waits


def test_leaving_detaches_even_in_the_middle_of_a_frame(client: TestClient, run: Run) -> None:
    with client.websocket_connect(url(run)) as socket:
        browser = Browser(socket)
        browser.say(do="play")
        browser.hear_until("state", lambda state: state["status"] == "running")
        browser.hear_until("frame", ack=False)
        assert run.watched == 1
    until(run, lambda: run.watched == 1)  # the one who waits
    assert run.watched == 0 and run.status == Status.RUNNING


def test_closing_the_run_closes_the_socket(client: TestClient, run: Run) -> None:
    with client.websocket_connect(url(run)) as socket:
        browser = Browser(socket)
        browser.frame()
        browser.say(do="close")
        with pytest.raises(WebSocketDisconnect) as caught:
            browser.hear_until("nothing")
    assert caught.value.code == stream.CLOSED


# ---- what may be said -------------------------------------------------------------------------------------------


def test_the_owner_commands(client: TestClient, run: Run) -> None:
    with client.websocket_connect(url(run)) as socket:
        browser = Browser(socket)
        browser.say(do="set", values={"stride": 0.5})
        state = browser.hear_until("state", lambda state: state["params"]["stride"] == 0.5)
        assert state["query"] == {"stride": "0.5"}
        browser.say(do="play")
        browser.hear_until("state", lambda state: state["status"] == "running")
        browser.say(do="pause")
        browser.hear_until("state", lambda state: state["status"] == "paused")
        browser.say(do="poke", event={"who": 0, "by": 10.0})
        browser.say(do="reset", values={"walkers": 9})
        assert browser.hear_until("scene", lambda found: found[0].arrays["start"].shape == (9,))


@pytest.mark.parametrize("message", [{"do": "play"}, {"do": "set", "values": {"stride": 0.5}}, {"do": "reset"},
                                     {"do": "fork"}, {"do": "close"}, {"do": "poke", "event": {"who": 0, "by": 1.0}},
                                     {"do": "peek", "run": "x" * 10, "token": "x"}])  # fmt: skip
def test_who_watches_may_not_command(client: TestClient, run: Run, message: dict) -> None:
    with client.websocket_connect(url(run, run.viewer_token)) as socket:
        browser = Browser(socket)
        assert browser.hear() == ("hello", {"type": "hello", "role": "viewer"})
        before = run.describe()
        browser.say(**message)
        reply = browser.hear_until("error")
        assert reply == {"type": "error", "about": message["do"],
                         "message": "you are watching; only the owner of this run may change it"}  # fmt: skip
        assert run.params.model_dump() == before["params"] and run.status == Status.PAUSED


HARM = {
    **BAD,
    "a huge number": '{"do": "set", "values": {"stride": ' + "9" * 4000 + "}}",
    "an unknown parameter": json.dumps({"do": "set", "values": {"x" * 1000: 1}}),
    "a setup parameter": '{"do": "set", "values": {"walkers": 5}}',
    "a value out of range": '{"do": "set", "values": {"stride": 99}}',
    "a long value": json.dumps({"do": "reset", "values": {"shape": "x" * 100_000}}),
    "a poke with NaN": '{"do": "poke", "event": {"who": 0, "by": NaN}}',
    "a poke of strings": '{"do": "poke", "event": {"who": "me", "by": {}}}',
    "a resume of nothing": '{"do": "resume", "run": "no-such-run-there", "token": "x"}',
    "a resume from elsewhere": '{"do": "resume", "run": "../../../../etc/passwd", "token": "x"}',
}


def test_nothing_that_can_be_said_does_harm(client: TestClient, run: Run) -> None:
    with client.websocket_connect(url(run)) as socket:
        browser = Browser(socket)
        browser.say(do="play")
        for name, text in HARM.items():
            browser.end = time.monotonic() + PATIENCE_S
            if isinstance(text, bytes):
                socket.send_bytes(text)
            else:
                socket.send_text(text)
            reply = browser.hear_until("error")
            assert 0 < len(reply["message"]) < 700, name
        browser.hear_until("frame", lambda found, step=run.performer.step: found[1]["step"] > step)
    assert run.status == Status.RUNNING and run.params == WalkParams()
    assert len(HARM["too long"]) > MAX_MESSAGE_BYTES


def test_a_fault_of_ours_costs_nobody_the_socket(
    client: TestClient, run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(command: Any) -> None:
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(run, "submit", broken)
    with client.websocket_connect(url(run)) as socket:
        browser = Browser(socket)
        browser.say(do="play")
        assert "ZeroDivisionError: ours" in browser.hear_until("error")["message"]
        browser.say(do="pause")
        assert browser.hear_until("error")["about"] == "pause"
    assert "a message could not be obeyed" in caplog.text


def test_an_error_found_only_when_it_is_carried_out_is_replied_too(client: TestClient, run: Run) -> None:
    with client.websocket_connect(url(run)) as socket:
        browser = Browser(socket)
        browser.say(do="resume", run="no-such-run-there", token="x")
        reply = browser.hear_until("error")
        assert (reply["about"], reply["message"]) == ("resume", "nothing is saved of that run")


def test_a_fork_is_replied_with_a_way_to_it(client: TestClient, run: Run, service: Service) -> None:
    with client.websocket_connect(url(run)) as socket:
        browser = Browser(socket)
        browser.say(do="fork")
        reply = browser.hear_until("forked")
    twin = service.get(reply["run"])
    assert twin is not None and twin is not run and twin.role(reply["token"]) == "owner"
    with client.websocket_connect(url(twin)) as socket:
        assert Browser(socket).frame()[1]["step"] == 0


def test_going_back_is_replied_with_the_step(client: TestClient, run: Run) -> None:
    with client.websocket_connect(url(run)) as socket:
        browser = Browser(socket)
        browser.say(do="seek", step=1000)
        assert browser.hear_until("at")["step"] == 0


def test_a_saved_run_is_offered_and_resumed(client: TestClient, run: Run, service: Service) -> None:
    other = service.open(Walk, WalkParams(seed=8))
    until(other, lambda: any(path.stem == other.id for path in service.store.folder.glob("*")))
    step = service.store.peek(other.id, other.owner_token)["step"]
    with client.websocket_connect(url(run)) as socket, Viewing(other):
        browser = Browser(socket)
        browser.say(do="peek", run=other.id, token=other.owner_token)
        assert browser.hear_until("saved")["step"] is None, "it is open in another tab"
    service.pool.close(other.id)
    with client.websocket_connect(url(run)) as socket:
        browser = Browser(socket)
        browser.say(do="peek", run=other.id, token="wrong")
        assert browser.hear_until("saved")["step"] is None
        browser.say(do="peek", run=other.id, token=other.owner_token)
        assert browser.hear_until("saved")["step"] >= step
        browser.say(do="resume", run=other.id, token=other.owner_token)
        assert browser.hear_until("at")["step"] >= step
        assert browser.hear_until("state", lambda state: state["params"]["seed"] == 8)


# ---- who watches, and links ------------------------------------------------------------------------------------------


def test_sockets_of_the_owner_do_not_count_as_watching(client: TestClient, run: Run) -> None:
    with client.websocket_connect(url(run)) as socket:
        owner = Browser(socket)
        owner.hear_until("state", lambda state: state["led"] and state["watching"] == 0)
        with client.websocket_connect(url(run, run.viewer_token)):
            owner.hear_until("state", lambda state: state["watching"] == 1)
        owner.hear_until("state", lambda state: state["watching"] == 0)


def test_what_is_refused_is_said_with_labels(client: TestClient, run: Run) -> None:
    label = WalkParams.knobs()["stride"].label
    with client.websocket_connect(url(run)) as socket:
        owner = Browser(socket)
        owner.say(do="set", values={"stride": 99})
        message = owner.hear_until("error")["message"]
        assert message.startswith(f"{label} = 99 is not allowed") and label != "stride"


def test_a_moment_is_kept_for_its_owner_only(client: TestClient, run: Run, service: Service) -> None:
    with client.websocket_connect(url(run)) as socket:
        owner = Browser(socket)
        owner.say(do="keep")
        name = owner.hear_until("kept")["moment"]
    assert service.moments.load(Walk.slug, name)[0]["step"] == run.performer.step
    with client.websocket_connect(url(run, run.viewer_token)) as socket:
        viewer = Browser(socket)
        for command in ("keep", "undo", "fork"):
            viewer.say(do=command)
            assert "you are watching" in viewer.hear_until("error")["message"]
