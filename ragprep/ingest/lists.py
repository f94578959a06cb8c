"""Lists of a guide: which items stand in one, and which go on counting; pure."""

from __future__ import annotations

from collections.abc import Sequence

from ragprep.ingest.blocks import Block, Kind
from ragprep.ingest.mark import Mark
from ragprep.ingest.marks import bold_and_rest, without_tick
from ragprep.ingest.numbering import numbered


def lists_of(blocks: Sequence[Block]) -> list[list[Block]]:
    """Return the lists of a guide: items of one kind and depth with no heading between them."""
    lists: list[list[Block]] = []
    open_lists: dict[tuple[int, bool], list[Block]] = {}
    for block in blocks:
        if block.kind is Kind.HEADING and not block.depth:
            open_lists.clear()
        elif block.kind is Kind.ITEM and not block.level:
            key = block.depth, block.marker[:1] in "-*+•"
            for deeper in [k for k in open_lists if k[0] > block.depth]:
                del open_lists[deeper]
            if key not in open_lists:
                open_lists[key] = []
                lists.append(open_lists[key])
            open_lists[key].append(block)
    return lists


def run_of(items: Sequence[Block], asking: set[int]) -> list[Block]:
    """Return the numbered items that ask, and those between and after whose numbers go on."""
    same = all(_value(block) == 1 for block in items)  # Markdown counts for them
    if same:
        return list(items)
    anchors = [i for i, block in enumerate(items) if block.first in asking]
    kept = [items[i] for i in anchors]
    for place, next_place in zip(anchors, [*anchors[1:], len(items)], strict=True):
        between = items[place + 1 : next_place]
        numbers = [_value(block) for block in between]
        start = _value(items[place]) + 1
        runs_on = numbers == list(range(start, start + len(between)))
        ends_well = next_place == len(items) or _value(items[next_place]) == start + len(between)
        if between and runs_on and ends_well:
            kept += between
    before = items[: anchors[0]]
    if [_value(b) for b in before] == list(range(1, _value(items[anchors[0]]))):
        kept += before
    return sorted(kept)


def as_mark(block: Block) -> Mark:
    """Return a list item as a mark, whether it asks or not."""
    ordered = block.marker[:1] not in "-*+•"
    text, rest = bold_and_rest(without_tick(block.text))
    number, explicit, text = numbered(text)
    number = str(_value(block)) if ordered else number
    return Mark(
        *(block.first, block.last, "item", int(ordered), block.depth, text, rest, number),
        *(explicit, False),
    )


def _value(item: Block) -> int:
    return int(item.marker.strip("().、．").rpartition(".")[2])
