"""Files within a zip archive, by name and bounded; nothing is written to disk."""

from __future__ import annotations

import io
import zipfile
import zlib

from ragprep.errors import GuideError

MAX_BYTES = 256 * 1024 * 1024
"""What an archive may hold unpacked; a larger one is a zip bomb or no notes."""

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError)


class Archive:
    """A zip archive in memory."""

    def __init__(self, data: bytes, name: str, *, is_called: str) -> None:
        """Open an archive.

        Args:
            data: of the file.
            name: of the file, for messages.
            is_called: what the file should be, for messages, such as "an EPUB book".

        Raises:
            GuideError: it is no zip archive.
        """
        self._name = name
        self._called = is_called
        self._left = MAX_BYTES
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (*_BROKEN, ValueError) as error:
            raise self.damaged() from error
        self.names = frozenset(self._zip.namelist())

    def damaged(self) -> GuideError:
        """Return the error to raise when the file is not what its name says."""
        return GuideError(
            f"{self._name} is damaged, or not {self._called}.",
            remedy="Export or download it again.",
        )

    def too_large(self) -> GuideError:
        """Return the error to raise when it holds too much."""
        return GuideError(
            f"{self._name} unpacks to more than {MAX_BYTES // 2**20} MB.",
            remedy="Give its text as Markdown files, or export fewer notes without media.",
        )

    def read(self, member: str) -> bytes:
        """Return a file of the archive.

        Raises:
            GuideError: it is missing, damaged, encrypted or too large.
        """
        try:
            with self._zip.open(member) as file:
                data = file.read(self._left + 1)
        except (*_BROKEN, KeyError, ValueError) as error:
            raise self.damaged() from error
        if len(data) > self._left:
            raise self.too_large()
        self._left -= len(data)
        return data
