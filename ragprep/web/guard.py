"""What stands before every request: who may ask, from where, and how much may be sent.

A page elsewhere can make a browser send requests to this machine, under a name that it points at
this machine too. So a request has to name our host and port, to carry the token of this launch (or
the cookie that it was exchanged for), and, where it may change something, to come from our pages.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Container, Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from ragprep.web.hosts import split
from ragprep.web.problems import MEDIA_TYPE, problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_BYTES = 256 * 1024
UPLOAD_BODY_BYTES = 52 * 1024 * 1024
"""Of a request with a file: as much as `folders.UPLOAD_BYTES` and what a form adds to it."""

REMEDIES = {
    "/api/": "See docs/api.md on the token, the address and the size of what is sent.",
    "/mcp": "See docs/mcp.md on the token, the address and the size of what is sent.",
}
"""What to do after a refusal, by how a path begins that programs ask for."""

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""

HEADERS = (
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    # with "no-referrer" a browser would send our own forms with the origin "null"
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
)
"""Of every response."""


class Guard:
    """Lets through to an ASGI app what the person's own browser and programs ask."""

    def __init__(
        self, app: ASGIApp, *, token: str, hosts: Container[str], uploads: Iterable[str] = ()
    ) -> None:
        """Stand before `app`.

        Args:
            app: gets what is let through.
            token: of this launch.
            hosts: values of the header Host that are ours, each with its port, in lower case.
            uploads: paths to which a file may be sent.
        """
        self._app = app
        self._token = token
        self._cookie = secrets.token_urlsafe(32)
        self._hosts = hosts
        self._uploads = frozenset(uploads)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or hand it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            raise RuntimeError(f"There is nothing here for {scope['type']}.")
        send = _with_headers(send)
        headers = _single(scope["headers"])
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _refuse(scope, send, *refusal)
            return
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        if scope["method"] in SAFE and self._is_token(query.pop("token", "")):
            await self._exchange(scope, query, send)
            return
        if not self._is_known(scope, headers):
            await _refuse(
                scope,
                send,
                401,
                "This page is for whoever started it. Open the address that `ragprep web` printed, "
                "with its token.",
            )
            return
        limit = UPLOAD_BODY_BYTES if scope["path"] in self._uploads else BODY_BYTES
        length = headers.get("content-length", "0")
        if "transfer-encoding" in headers:
            await _refuse(scope, send, 411, "Say how long the body is: Content-Length is missing.")
        elif not length.isdigit() or int(length) > limit:
            await _refuse(scope, send, 413, f"At most {limit // 1024} KiB may be sent here.")
        else:
            await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        """Return status and reason where a request comes from elsewhere."""
        host = headers.get("host", "").lower()
        if host not in self._hosts:
            return 421, "This server answers to its own address only."
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        from_elsewhere = origin is not None and origin not in {f"http://{host}", f"https://{host}"}
        if scope["method"] in SAFE:
            # a link on a page elsewhere may lead here; it brings no cookie
            if from_elsewhere or (
                site in {"cross-site", "same-site"} and headers.get("sec-fetch-mode") != "navigate"
            ):
                return 403, "This was asked by another page."
            return None
        if from_elsewhere or site not in {None, "same-origin", "none"}:
            return 403, "This was sent by another page."
        if origin is None and site is None and "authorization" not in headers:
            return 403, "A form has to come from a page of ours; a program sends its token."
        return None

    def _is_token(self, value: str) -> bool:
        return secrets.compare_digest(value.encode(), self._token.encode())

    def _is_known(self, scope: Scope, headers: dict[str, str]) -> bool:
        scheme, _, value = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return self._is_token(value.strip())
        if scope["path"].startswith("/static/"):
            return True
        name = _cookie_name(headers["host"])
        cookies = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
        return any(
            key == name and secrets.compare_digest(value.encode(), self._cookie.encode())
            for key, _, value in cookies
        )

    async def _exchange(self, scope: Scope, query: dict[str, str], send: Send) -> None:
        """Send the browser on without the token, which stays in no history, with a cookie."""
        path = scope["raw_path"].decode("latin-1") if scope.get("raw_path") else scope["path"]
        target = "/" + path.partition("?")[0].lstrip("/\\")
        target += f"?{urlencode(query)}" if query else ""
        name = _cookie_name(_single(scope["headers"])["host"])
        cookie = f"{name}={self._cookie}; Path=/; HttpOnly; SameSite=Strict"
        headers = [(b"location", target.encode("latin-1")), (b"set-cookie", cookie.encode())]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})


def _cookie_name(host: str) -> str:
    """Return the name of our cookie; ports share their cookies, so it has the port in it."""
    return f"ragprep_{split(host)[1]}"


def _single(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return headers by name; one that is sent twice has no value that is ours."""
    values: dict[str, str] = {}
    for key, value in headers:
        name = key.decode("latin-1").lower()
        text = value.decode("latin-1")
        values[name] = f"{values[name]}, {text}" if name in values else text
    return values


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {key.lower() for key, _ in message.get("headers", ())}
            added = [(k.encode(), v.encode()) for k, v in HEADERS if k.encode() not in there]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
            if b"cache-control" not in there:
                message["headers"].append((b"cache-control", b"no-store"))
        await send(message)

    return sending


async def _refuse(scope: Scope, send: Send, status: int, reason: str) -> None:
    """Answer with a reason: a problem for a program, a line of text for a person."""
    path = scope["path"]
    remedy = next((text for start, text in REMEDIES.items() if path.startswith(start)), None)
    if remedy is not None:
        body, kind = json.dumps(problem(status, reason, remedy)), MEDIA_TYPE
    else:
        body, kind = f"{reason}\n", "text/plain; charset=utf-8"
    headers = [(b"content-type", kind.encode())]
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})
