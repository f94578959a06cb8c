"""Runs the app in this process until it is stopped, on a free port of this machine."""

from __future__ import annotations

import errno
import gc
import os
import secrets
import socket
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from ragprep.errors import ConfigError, RagprepError
from ragprep.web.hosts import LOOPBACK, Hosts, to_open

if TYPE_CHECKING:
    from ragprep.service import Prep

ADDRESS_BYTES = 256 * 1024
"""Of an address with its headers: a question of 10,000 characters has up to 120,000 in it."""

M_ARENA_MAX = -8
"""Of mallopt (glibc's malloc.h)."""

SWITCH_S = 0.001
"""For which a thread may keep the interpreter while others wait; Python's own 5 ms come several
times in a search. Sixteen programs on a busy machine: search p95 215 ms against 334."""

CLOSING_S = 2
"""Seconds that open answers have when the server stops."""


def serve(
    prep: Prep,
    *,
    host: str = LOOPBACK,
    port: int = 0,
    token: str | None = None,
    mcp: bool = False,
    ready: Callable[[str, str], None],
) -> None:
    """Serve until Ctrl-C.

    Args:
        prep: the guides.
        host: address to listen on.
        port: 0 for a free one.
        token: that a browser has to show; drawn anew when None, which only this machine may.
        mcp: serve the Model Context Protocol too, which needs the extra `mcp`.
        ready: is given the address and the token, once the server answers.

    Raises:
        ConfigError: the port is taken, or another address than this machine's has no token.
    """
    if host not in {LOOPBACK, "localhost", "::1"} and token is None:
        raise ConfigError(
            f"Listening on {host} lets other machines in.",
            remedy="Give a secret of your own with --token, or leave --host out.",
        )
    token = token or secrets.token_urlsafe(24)
    listening = _listening(host, port)
    _limit_threads()
    sys.setswitchinterval(SWITCH_S)
    threading.Thread(target=_warm, args=(prep,), daemon=True).start()  # while all else is imported
    import uvicorn

    from ragprep.web.app import create_app

    with listening:
        port = listening.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(
                create_app(prep, token=token, hosts=Hosts(host, port), mcp=mcp),
                log_level="warning",
                access_log=False,
                lifespan="on",
                server_header=False,
                timeout_graceful_shutdown=CLOSING_S,
                h11_max_incomplete_event_size=ADDRESS_BYTES,
            )
        )
        ready(f"http://{to_open(host)}:{port}", token)
        with suppress(KeyboardInterrupt):
            server.run(sockets=[listening])


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except socket.gaierror as exc:
        raise _unusable(host, exc) from exc
    except (OSError, OverflowError) as exc:
        if getattr(exc, "errno", None) == errno.EADDRNOTAVAIL:
            raise _unusable(host, exc) from exc
        raise ConfigError(
            f"Port {port} of {host} cannot be used: {getattr(exc, 'strerror', None) or exc}.",
            remedy="Leave --port out for a free one.",
        ) from exc


def _unusable(host: str, exc: Exception) -> ConfigError:
    return ConfigError(
        f"{host} is no address of this machine: {getattr(exc, 'strerror', None) or exc}.",
        remedy="Leave --host out, or name an address of it; 0.0.0.0 stands for all.",
    )


def _limit_threads() -> None:
    """Keep libraries from threads of their own, and let threads share memory.

    A product of matrices that OpenBLAS spreads over busy cores takes twice the processor time (the
    map of the guides). Of glibc's arenas, eight for each core, each keeps what its threads have
    freed: 21 MiB more after 16 threads have searched. Other C libraries have no such setting.
    """
    import ctypes

    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is imported
    with suppress(OSError, TypeError, AttributeError):  # Windows has no library of that name
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def _warm(prep: Prep) -> None:
    """Load index and models while the first page is drawn; whoever needs them meets errors.

    What is loaded then stays, and the garbage collector looks at it no more, for which it stopped
    all threads for 50 to 85 ms (`gc.collect` with all loaded).
    """
    with suppress(RagprepError):
        prep.search("warm up", 1)
    gc.freeze()
