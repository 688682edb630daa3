"""What every request passes first: by which name the server was called, who calls, and what pages may do with it.

An ASGI middleware around all routes, Streamlit's and the stream's. What it lets through is unchanged but for headers.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LOOPBACK = ("localhost", "127.0.0.1", "::1")
COOKIE = "morphogen"
OPEN_PATHS = ("/_stcore/health",)  # what watches a server need not know its password
BODY_S = 60.0  # within which the body of a request has to come
WRONG_HOST, TOO_MANY = "This server does not go by that name.", "Too many connections from this address."
_salt = secrets.token_bytes(16)


@dataclass(frozen=True)
class Policy:
    """What the guard allows.

    Args:
        hosts: names by which the server may be called, ``*.example`` for all below one, ``*`` for any; none for any.
        embed: origins whose pages may show ours in a frame, ``*`` for any; besides our own.
        password: asked of everybody, if any.
        per_address: connections that one address may hold at once.
    """

    hosts: Collection[str] = ()
    embed: Collection[str] = ()
    password: str = ""
    per_address: int = 400
    headers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        headers = {
            "Content-Security-Policy": "frame-ancestors 'self'" + "".join(f" {origin}" for origin in self.embed),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",  # an address may hold the token of a run
        }
        object.__setattr__(self, "headers", headers | ({} if self.embed else {"X-Frame-Options": "SAMEORIGIN"}))


def hosts_for(address: str | None, allowed: Collection[str], origins: Collection[str]) -> tuple[str, ...]:
    """The names by which a server that listens on ``address`` may be called.

    Nobody outside can reach one that listens on this machine only, unless a page makes a browser on it believe that the
    page's own name stands for this machine: so it goes by this machine's names, and by those of the ``origins`` whose
    pages may connect. Any other server goes by what is ``allowed``, or by any name where nothing is.
    """
    if allowed or address not in LOOPBACK:
        return tuple(allowed)
    return (*LOOPBACK, *filter(None, (_host_of(origin) for origin in origins)))


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).hostname or ""
    except ValueError:
        return ""


def host_allowed(host: str | None, hosts: Collection[str]) -> bool:
    """Whether the Host header names one of ``hosts``; whatever it says where these are none."""
    if not hosts:
        return True
    name = _host_of(f"//{host}").rstrip(".") if host and not set(host) & set("/?#@\\ ") else ""
    patterns = [pattern.strip().lower().rstrip(".") for pattern in hosts]
    return bool(name) and any(
        pattern in ("*", name) or (pattern.startswith("*.") and name.endswith(pattern[1:])) for pattern in patterns
    )


class Guard:
    """Applies a policy.

    Args:
        app: what is guarded.
        policy: what it allows.
    """

    def __init__(self, app: ASGIApp, policy: Policy) -> None:
        self.app, self.policy = app, policy
        self._held: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or say why not."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers, address = Headers(scope=scope), (scope.get("client") or ("",))[0]
        if not host_allowed(headers.get("host"), self.policy.hosts):
            await self._refuse(scope, receive, send, 421, WRONG_HOST)
        elif self._held[address] >= self.policy.per_address:
            await self._refuse(scope, receive, send, 429, TOO_MANY)
        elif self.policy.password and not scope["path"].endswith(OPEN_PATHS) and not self._knows(headers):
            asks = {"WWW-Authenticate": 'Basic realm="Morphogen", charset="UTF-8"'}
            await self._refuse(scope, receive, send, 401, "This server asks for a password.", asks)
        else:
            await self._let_through(address, scope, receive, send)

    async def _let_through(self, address: str, scope: Scope, receive: Receive, send: Send) -> None:
        self._held[address] += 1
        try:
            in_time = _patient(receive) if scope["type"] == "http" else receive
            await self.app(scope, in_time, self._with_headers(scope["path"], send))
        finally:
            self._held[address] -= 1
            if not self._held[address]:
                del self._held[address]

    def _with_headers(self, path: str, send: Send) -> Send:
        knows = self.policy.password and not path.endswith(OPEN_PATHS)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.policy.headers.items():
                    headers[name] = value
                if knows:  # sockets, which some browsers open without the password, show this
                    headers.append("Set-Cookie", f"{COOKIE}={self._pass}; Path=/; HttpOnly; SameSite=Lax")
            await send(message)

        return answer

    @property
    def _pass(self) -> str:
        return hmac.new(_salt, self.policy.password.encode(), hashlib.sha256).hexdigest()

    def _knows(self, headers: Headers) -> bool:
        cookie: SimpleCookie = SimpleCookie()
        try:
            cookie.load(headers.get("cookie", ""))
        except CookieError:
            cookie.clear()
        shown = cookie[COOKIE].value if COOKIE in cookie else ""
        if hmac.compare_digest(shown.encode(), self._pass.encode()):
            return True
        kind, _, secret = headers.get("authorization", "").partition(" ")
        try:
            said = base64.b64decode(secret, validate=True).partition(b":")[2] if kind.lower() == "basic" else b""
        except (binascii.Error, ValueError):
            return False
        return hmac.compare_digest(said, self.policy.password.encode())

    async def _refuse(
        self, scope: Scope, receive: Receive, send: Send, status: int, why: str, headers: dict[str, str] | None = None
    ) -> None:
        if scope["type"] == "websocket":  # before it is accepted, that is an answer of 403
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": why})
            return
        await PlainTextResponse(why + "\n", status, self.policy.headers | (headers or {}))(scope, receive, send)


def _patient(receive: Receive) -> Receive:
    """A ``receive`` that gives up on a body that does not come; what comes after it may take as long as it likes."""
    whole = False

    async def in_time() -> Message:
        nonlocal whole
        if whole:
            return await receive()
        try:
            message = await asyncio.wait_for(receive(), BODY_S)
        except TimeoutError:
            return {"type": "http.disconnect"}
        whole = not message.get("more_body", False)
        return message

    return in_time
