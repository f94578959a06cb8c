"""Labels that stand in turn before questions and answers, whatever they say: "F:", "A:"; pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ragprep.ingest.blocks import Block, Kind
from ragprep.ingest.plain import asks

LABEL = re.compile(  # "F:", "F 3:", "**Frage:**"
    r"(?:\*\*|__)?([^\W\d_]{1,12})\.?(?:\*\*|__)?[ \t]{0,3}"
    r"(?:[#№]?[ \t]{0,3}\d{1,4}[a-z]?[ \t]{0,3}[.:：)、]|[:：])(?:\*\*|__)?[ \t]{0,3}"
)


def label_of(block: Block) -> str:
    """Return the word before the colon of a labelled line, case folded: "Q: Why?" -> "q"."""
    match = LABEL.match(block.text)
    return match[1].casefold() if match else ""


def turns_of(blocks: Sequence[Block]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the labels of questions and those of answers: what stands in turn, as "F:", "A:"."""
    labelled = [
        (label, block)
        for block in blocks
        if block.kind is Kind.LABEL or block.kind is Kind.BOLD
        if (label := label_of(block)) or block.kind is Kind.LABEL
    ]
    names = [label for label, _ in labelled]
    counts = Counter(names)
    asking = Counter(label for label, block in labelled if asks(block.text))
    turns = [
        pair
        for pair, times in Counter(pairwise(names)).items()
        if pair[0] != pair[1] and times >= 2 and times * 3 >= counts[pair[0]] * 2
        if counts[pair[1]] <= counts[pair[0]] and asking[pair[0]] * 2 >= counts[pair[0]]
    ]
    return frozenset(first for first, _ in turns), frozenset(second for _, second in turns)
