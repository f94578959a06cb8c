"""Static files, which browsers keep as long as their address names the content."""

from __future__ import annotations

import os

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

KEPT, ASKED_FOR = "max-age=31536000, immutable", "no-cache"


class Assets(StaticFiles):
    """A folder of files: with a version in the address one is kept for good.

    Without it a browser asks each time, by the file's ETag, whether it has changed.
    """

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return a file, or that it has not changed."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        versioned = scope["query_string"].startswith(b"v=")
        response.headers["cache-control"] = KEPT if versioned else ASKED_FOR
        return response
