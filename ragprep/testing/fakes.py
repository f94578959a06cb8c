"""Public fakes without servers: what they return can be worked out by eye."""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ragprep.errors import LLMUnavailable
from ragprep.types.grade import PointStatus, ReaderOutput

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.encoder.info import EncoderInfo
    from ragprep.protocols import Role

Reply = str | Exception | Sequence[str | Exception]
"""A text (streamed word by word), an error to raise, or pieces, where an error ends the stream."""


@dataclass
class FakeEmbedder:
    """An embedder that counts words: one axis for each of `vocabulary`, one for all others.

    "cat dog cat" with the vocabulary ("cat", "dog") is (2, 1, 0) before it is scaled to length 1;
    a text without words is the zero vector. Case and punctuation do not matter.

    Attributes:
        vocabulary: the words that have an axis of their own.
        delay_s: what each text takes, for tests that interrupt.
        embedded: every text so far.
    """

    vocabulary: Sequence[str] = ()
    delay_s: float = 0.0
    embedded: list[str] = field(default_factory=list)

    @property
    def info(self) -> EncoderInfo:
        """What a manifest says of it; another vocabulary has another fingerprint."""
        from ragprep.encoder.info import EncoderInfo

        return EncoderInfo(
            model="fake",
            runtime="fake",
            source="ragprep.testing",
            fingerprint=f"fake{zlib.crc32(' '.join(self.vocabulary).encode()):08x}",
            dim=len(self.vocabulary) + 1,
            max_tokens=1_000_000,
            prompts={},
            checksums={},
        )

    def embed(self, texts: Sequence[str], *, role: Role) -> NDArray[np.float32]:  # noqa: ARG002
        """Return float32 (len(texts), len(vocabulary) + 1), unit rows or zero rows."""
        import numpy as np

        from ragprep.encoder.embed import unit_rows

        axes = {word: axis for axis, word in enumerate(self.vocabulary)}
        counts = np.zeros((len(texts), len(axes) + 1), dtype=np.float32)
        for row, text in enumerate(texts):
            time.sleep(self.delay_s)
            for word in re.findall(r"\w+", text.lower()):
                counts[row, axes.get(word, len(axes))] += 1
        self.embedded += texts
        return unit_rows(counts)


@dataclass
class FakeLLM:
    """An LLM that gives the replies it was made with, one a call.

    Attributes:
        replies: in the order of the calls.
        name: as shown to people.
        prompts: of the calls so far.
        schemas: the JSON schema of each call, or None.
    """

    replies: Sequence[Reply]
    name: str = "fake"
    prompts: list[str] = field(default_factory=list)
    schemas: list[dict[str, Any] | None] = field(default_factory=list)

    def complete(
        self,
        prompt: str,
        *,
        schema: dict[str, Any] | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> str:
        """Return the next reply, or raise it."""
        if len(self.prompts) == len(self.replies):
            raise LLMUnavailable("FakeLLM has no reply left.", remedy="Give it one for each call.")
        reply = self.replies[len(self.prompts)]
        self.prompts.append(prompt)
        self.schemas.append(schema)
        text = ""
        for piece in _pieces(reply):
            if isinstance(piece, Exception):
                raise piece
            text += piece
            if on_text is not None:
                on_text(piece)
        return text


@dataclass
class FakeReader:
    """A reader that counts words.

    A point is covered when at least half of its content words (`text.content`, heading included)
    occur in the answer, partial when at least a quarter do, else missing; contradicted
    when it would be covered and "not" stands right before one of them. Each probability is 1 or 0;
    `holistic` is the share of covered points. "Dogs: bark at night" has three such words, so "dogs
    do bark" covers it and "dogs do not bark" contradicts it.

    Attributes:
        name: as shown to people.
        answers: read so far.
    """

    name: str = "fake"
    answers: list[str] = field(default_factory=list)

    def read(self, question: str, points: Sequence[str], answer: str) -> ReaderOutput:  # noqa: ARG002
        """Return probabilities of 0 and 1 by the rule above."""
        from ragprep.text.content import content_words
        from ragprep.text.words import words

        self.answers.append(answer)
        denied = {w for a, b in pairwise(words(answer)) if a == "not" for w in content_words(b)}
        used = set(content_words(answer))
        rows = [_certain(set(content_words(point)), used, denied) for point in points]
        covered = sum(row[0] for row in rows)
        return ReaderOutput(tuple(rows), covered / len(rows) if rows else 0.0)


@dataclass
class SureReader:
    """A reader that gives every point `status`, whatever the answer: the worst there can be."""

    status: PointStatus = PointStatus.COVERED
    name: str = "sure"
    answers: list[str] = field(default_factory=list)

    def read(self, question: str, points: Sequence[str], answer: str) -> ReaderOutput:  # noqa: ARG002
        """Return the same probabilities for every point."""
        self.answers.append(answer)
        row = _one_hot(list(PointStatus).index(self.status))
        return ReaderOutput((row,) * len(points), row[0])


def _certain(
    point: set[str], answer: set[str], denied: set[str]
) -> tuple[float, float, float, float]:
    share = len(point & answer) / len(point) if point else 0.0
    if share >= 0.5:
        return _one_hot(3 if point & denied else 0)
    return _one_hot(1 if share >= 0.25 else 2)


def _one_hot(place: int) -> tuple[float, float, float, float]:
    covered, partial, missing, contradicted = (float(i == place) for i in range(4))
    return covered, partial, missing, contradicted


def _pieces(reply: Reply) -> Sequence[str | Exception]:
    if isinstance(reply, str):
        return re.findall(r"\S+\s*|\s+", reply)
    return [reply] if isinstance(reply, Exception) else reply
