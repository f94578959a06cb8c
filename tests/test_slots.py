"""Slots: so many at once, so many that wait, and the others are told to come again."""

from __future__ import annotations

import threading

import pytest

from ragprep.errors import Overloaded
from ragprep.slots import Slots


def test_who_finds_no_place_is_turned_away() -> None:
    """One works, nobody may wait: a second one is told when to try again."""
    slots = Slots(1, waiting=0)
    with slots.take(), pytest.raises(Overloaded) as refused, slots.take():
        pass
    assert refused.value.retry_after_s == 5


def test_a_slot_is_free_again_after_a_failure() -> None:
    slots = Slots(1, waiting=0)
    with pytest.raises(ZeroDivisionError), slots.take():
        raise ZeroDivisionError
    with slots.take():
        pass


def test_who_waits_goes_on_when_a_slot_is_free() -> None:
    """One works and one waits: never both at once."""
    slots, order, entered = Slots(1, waiting=1), [], threading.Event()

    def second() -> None:
        entered.set()
        with slots.take():
            order.append("second")

    with slots.take():
        thread = threading.Thread(target=second)
        thread.start()
        assert entered.wait(5)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]
