"""A segment: an immutable file with entries, their views, vectors and words, that others follow."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ragprep.index.arrays import Lines, flat, from_bytes, lines_of, to_bytes
from ragprep.types.index import ViewKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ragprep.index.plan import NewEntry
    from ragprep.index.vectors import Vectors
    from ragprep.index.words import Postings
    from ragprep.types.index import View

    Array = NDArray[Any]
    Rows = NDArray[np.int64]

KINDS = tuple(ViewKind)

KEY_BYTES = 16
"""Of the hash that an entry's views depend on."""


class Segment:
    """A segment's file, mapped. What is read of one entry needs no numpy."""

    def __init__(self, content: bytes | memoryview) -> None:
        """Read what `segment_of` or `merged` gave; it has been verified."""
        self.content = content

    def __len__(self) -> int:
        """Return the number of entries."""
        return len(self._flat["lengths"])

    @cached_property
    def entry_lines(self) -> Lines:
        """Question, answer and key points of each entry, as JSON."""
        return Lines(self._flat["entries"], self._flat["entry_starts"])

    @cached_property
    def view_lines(self) -> Lines:
        """Text and shown part of each view, as JSON."""
        return Lines(self._flat["views"], self._flat["view_starts"])

    @property
    def keys(self) -> list[bytes]:
        """What the views of each entry depend on; equal keys, equal views."""
        keys = bytes(self._flat["keys"])
        return [keys[start : start + KEY_BYTES] for start in range(0, len(keys), KEY_BYTES)]

    @cached_property
    def arrays(self) -> dict[str, Array]:
        """The arrays of the file, by name."""
        return from_bytes(self.content)

    @cached_property
    def vectors(self) -> Vectors:
        """The views' vectors."""
        from ragprep.index.vectors import vectors_in

        return vectors_in(self.arrays)

    @cached_property
    def postings(self) -> Postings:
        """The entries' words, aliases among them."""
        from ragprep.index.words import Postings

        return Postings(self._words, self.arrays)

    def words(self, entry: int) -> list[str]:
        """Return the words of an entry's question and answer, each once."""
        firsts = self._flat["first_words"]
        columns = self._flat["words"][firsts[entry] : firsts[entry + 1]]
        return [self._words[column].decode() for column in columns]

    @property
    def vocabulary(self) -> list[str]:
        """The word of each column."""
        return bytes(self._words.content).decode().split("\n")[:-1]

    @cached_property
    def _words(self) -> Lines:
        return Lines(self._flat["vocabulary"], self._flat["word_starts"])

    @cached_property
    def _flat(self) -> dict[str, memoryview]:
        return flat(self.content)


def segment_of(entries: Sequence[NewEntry], vectors: NDArray[np.float32]) -> bytes:
    """Return the file of a segment.

    Args:
        entries: what it holds.
        vectors: float32 (views, dim), unit rows: of the views of all entries, in their order.
    """
    import numpy as np

    from ragprep.index.vectors import FloatVectors, joined
    from ragprep.index.words import postings_of
    from ragprep.text.words import search_words

    texts = ["\n".join([e.entry.question, e.entry.answer, *e.phrases]) for e in entries]
    vocabulary, postings = postings_of([search_words(text) for text in texts])
    column_of = {word: column for column, word in enumerate(vocabulary)}
    words = [
        [column_of[word] for word in dict.fromkeys(search_words(f"{e.question} {e.answer}"))]
        for e in (new.entry for new in entries)
    ]
    counts = [len(new.views) for new in entries]
    kinds = [KINDS.index(view.kind) for new in entries for view in new.views]
    every = np.arange(len(vectors))
    return _content(
        entry_lines=[_entry_line(new) for new in entries],
        view_lines=[_view_line(view) for new in entries for view in new.views],
        vocabulary=vocabulary,
        arrays={
            **postings,
            **joined([(FloatVectors({"vectors": vectors}), every)], vectors.shape[1]),
            "keys": np.frombuffer(b"".join(new.key for new in entries), dtype=np.uint8),
            "kinds": np.array(kinds, dtype=np.uint8),
            "first_views": _firsts(counts),
            "words": np.array([column for some in words for column in some], dtype=np.int32),
            "first_words": _firsts([len(some) for some in words]),
        },
    )


def merged(parts: Sequence[tuple[Segment, Rows]], dim: int) -> bytes:
    """Return the file of a segment with these entries of others, copied as they are.

    Args:
        parts: segments, and the entries of each to take, none twice.
        dim: length of a vector.
    """
    import numpy as np

    from ragprep.index.vectors import joined

    spans = [_spans(segment.arrays["first_views"], rows) for segment, rows in parts]
    vocabulary, column_of, postings = _merged_postings(parts)
    arrays = {
        **joined([(s.vectors, v) for (s, _), v in zip(parts, spans, strict=True)], dim),
        **postings,
        "keys": np.concatenate(
            [s.arrays["keys"].reshape(-1, KEY_BYTES)[rows].ravel() for s, rows in parts]
        ),
        "kinds": np.concatenate(
            [s.arrays["kinds"][views] for (s, _), views in zip(parts, spans, strict=True)]
        ),
        "first_views": _firsts(
            np.concatenate([np.diff(s.arrays["first_views"])[rows] for s, rows in parts])
        ),
        "words": np.concatenate(
            [
                columns[s.arrays["words"][_spans(s.arrays["first_words"], rows)]]
                for (s, rows), columns in zip(parts, column_of, strict=True)
            ]
        ),
        "first_words": _firsts(
            np.concatenate([np.diff(s.arrays["first_words"])[rows] for s, rows in parts])
        ),
    }
    return _content(
        entry_lines=[s.entry_lines[row] for s, rows in parts for row in rows.tolist()],
        view_lines=[
            s.view_lines[view]
            for (s, _), views in zip(parts, spans, strict=True)
            for view in views.tolist()
        ],
        vocabulary=vocabulary,
        arrays=arrays,
    )


def _content(
    *,
    entry_lines: Sequence[bytes],
    view_lines: Sequence[bytes],
    vocabulary: Sequence[str],
    arrays: dict[str, Array],
) -> bytes:
    texts = {"entries": entry_lines, "views": view_lines}
    texts["vocabulary"] = [word.encode() for word in vocabulary]
    starts = {"entries": "entry_starts", "views": "view_starts", "vocabulary": "word_starts"}
    for name, lines in texts.items():
        arrays[name], arrays[starts[name]] = lines_of(lines)
    return to_bytes(arrays)


def _merged_postings(
    parts: Sequence[tuple[Segment, Rows]],
) -> tuple[list[str], list[NDArray[np.int32]], dict[str, Array]]:
    """Return the words of entries of other segments.

    Returns:
        The words, rising; for each part the column of each of its words, of no meaning where no
        entry that is taken has the word; the arrays of `words.Postings`.
    """
    import numpy as np

    from ragprep.index.words import columned

    vocabularies = [np.array(segment.vocabulary, dtype=object) for segment, _ in parts]
    taken, every, before = [], [], 0
    for (segment, rows), words in zip(parts, vocabularies, strict=True):
        arrays = segment.arrays
        place = np.full(len(segment), -1, dtype=np.int64)
        place[rows] = np.arange(before, before + len(rows))
        places = place[arrays["entries_having"]]
        is_taken = places >= 0
        column = np.repeat(np.arange(len(words)), np.diff(arrays["starts"]))[is_taken]
        taken.append(words[np.unique(column)].tolist())
        every.append((column, places[is_taken], arrays["counts"][is_taken]))
        before += len(rows)
    vocabulary = sorted(set().union(*taken))
    column_of = {word: column for column, word in enumerate(vocabulary)}
    columns = [
        np.array([column_of.get(word, 0) for word in words], dtype=np.int32)
        for words in vocabularies
    ]
    column = np.concatenate([own[some] for own, (some, _, _) in zip(columns, every, strict=True)])
    places, counts = (np.concatenate([some[n] for some in every]) for n in (1, 2))
    order = np.lexsort((places, column))
    postings = columned(column[order], places[order], counts[order], len(vocabulary))
    lengths = np.concatenate([segment.arrays["lengths"][rows] for segment, rows in parts])
    return vocabulary, columns, postings | {"lengths": lengths}


def _spans(firsts: NDArray[np.int64], rows: Rows) -> Rows:
    """Return the places firsts[row] to firsts[row + 1] of all `rows`, one after the other."""
    import numpy as np

    sizes = np.diff(firsts)[rows]
    begins = np.cumsum(sizes) - sizes
    return np.repeat(firsts[rows] - begins, sizes) + np.arange(int(sizes.sum()))


def _firsts(counts: Sequence[int] | NDArray[np.int64]) -> NDArray[np.int64]:
    import numpy as np

    firsts = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=firsts[1:])
    return firsts


def _entry_line(new: NewEntry) -> bytes:
    record = {"question": new.entry.question, "answer": new.entry.answer, "points": new.points}
    return json.dumps(record).encode()


def _view_line(view: View) -> bytes:
    return json.dumps({"text": view.text, "shown": view.shown}).encode()
