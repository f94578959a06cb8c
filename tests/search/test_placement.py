"""Where entries stand on a map."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pets import Build, entry

from ragprep.index.store import read_index
from ragprep.search.placement import placed, whole_vectors
from ragprep.testing.fakes import FakeEmbedder


def test_the_widest_direction_goes_from_0_to_1_and_the_other_is_on_its_scale():
    """A rectangle, 4 by 2, in the planes of three dimensions: the corners of 1 by 0.5."""
    corners = np.array([[0, 0, 7], [4, 0, 7], [0, 2, 7], [4, 2, 7]], dtype=np.float32)
    expected = [[0, 0.25], [1, 0.25], [0, 0.75], [1, 0.75]]
    assert placed(corners) == pytest.approx(np.array(expected), abs=1e-6)


def test_the_places_do_not_turn_with_what_is_added():
    """The larger component of each direction counts as positive, here -x and then y."""
    shown = placed(np.array([[3, 0], [-3, 0], [0, 1], [0, -1]], dtype=np.float32))
    assert shown == pytest.approx(np.array([[1, 0.5], [0, 0.5], [0.5, 2 / 3], [0.5, 1 / 3]]))


@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_is_all_the_same_stands_in_the_middle(count: int):
    vectors = np.full((count, 4), 0.1, dtype=np.float32)
    assert placed(vectors).tolist() == [[0.5, 0.5]] * count


def test_each_entry_has_the_vector_of_all_of_it(build: Build, fake: FakeEmbedder, tmp_path: Path):
    """Of question and answer; of the question alone where there is no answer."""
    build([entry(1, "What is a cat?", "No dog."), entry(2, "What is a fish?", "")])
    vectors = whole_vectors(read_index(tmp_path))
    expected = fake.embed(["What is a cat?\nNo dog.", "What is a fish?"], role="document")
    assert vectors == pytest.approx(expected, abs=1e-6)
