"""The table of an index: entries found by label and id, in the order of their guides."""

from __future__ import annotations

import numpy as np
import pytest

from ragprep.index import table
from ragprep.index.table import REMOVED, Table, table_of


def table_with(pets, slots: list[int], count: int) -> Table:
    return Table(table_of(pets, np.array(slots, dtype=np.int64), count))


def test_rows_and_slots_are_each_other_s_inverse(pets):
    """Slot 2 is of an entry that was removed."""
    stored = table_with(pets, [4, 0, 1, 3], 5)
    assert [stored.slot(row) for row in range(4)] == [4, 0, 1, 3]
    assert stored.rows.tolist() == [1, 2, REMOVED, 3, 0]


def test_entries_come_back_as_they_were(pets):
    """Question and answer are not in the table."""
    stored = table_with(pets, [0, 1, 2, 3], 4)
    assert [stored.entry(row, pets[row].question, pets[row].answer) for row in range(4)] == pets
    assert stored.first_line(2) == pets[2].lines[0]


@pytest.mark.parametrize("collide", [False, True])
def test_an_entry_is_found_by_its_label_or_id_in_any_case(pets, monkeypatch, collide: bool):
    """Also where hashes of names are the same; there is no entry of another name."""
    if collide:
        monkeypatch.setattr(table, "_key", lambda name: len(name))
    stored = table_with(pets, [0, 1, 2, 3], 4)
    assert [stored.row(name) for name in ("q1", "Q4", "ID2", "id3")] == [0, 3, 1, 2]
    assert [stored.row(name) for name in ("q5", "", "id", "q11")] == [None] * 4


def test_of_two_entries_of_a_name_the_first_is_found(pets):
    """As a person reads them."""
    assert table_with([pets[3], pets[0], pets[3]], [0, 1, 2], 3).row("q4") == 0
