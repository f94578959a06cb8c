"""Processes that record reviews are killed or race; every acknowledged review is there once."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import date
from pathlib import Path

from ragprep.practice.journal import Journal

RECORDER = Path(__file__).with_name("journal_recorder.py")
KILLS = int(os.environ.get("RAGPREP_KILLS", "20"))
"""The variable asks for more: 200 take minutes."""


def start(folder: Path, reviews: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(RECORDER), str(folder), str(reviews)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def check(folder: Path, told: list[str]) -> None:
    """Hold that what was told is there, none twice, and states are what the log says.

    A review whose process was killed between recording and telling may be there, too.
    """
    with Journal.open(folder) as journal:
        assert journal.database.faults() == []
        counts = Counter(review.id for review in journal.reviews())
        assert set(told) <= set(counts)
        assert max(counts.values()) == 1
        assert len(counts) <= len(told) + KILLS
        assert journal.states() == journal.replayed(date.max)


def test_no_acknowledged_review_is_lost_to_a_kill(tmp_path: Path):
    """At random moments, the making of the file among them."""
    rng, told = random.Random(3), list[str]()
    for _ in range(KILLS):
        process = start(tmp_path, 1_000_000)
        assert process.stdout is not None
        lines = [process.stdout.readline()] if rng.random() < 0.8 else []
        time.sleep(rng.uniform(0, 0.15))
        process.kill()
        lines += process.communicate()[0].splitlines()
        told += [line.strip() for line in lines if len(line.strip()) == 32]
    assert told
    check(tmp_path, told)


def test_two_processes_record_at_once(tmp_path: Path):
    """Neither loses a review of the other."""
    processes = [start(tmp_path, 30) for _ in range(2)]
    told = [line for process in processes for line in process.communicate()[0].split()]
    assert [process.returncode for process in processes] == [0, 0]
    assert len(told) == 60
    check(tmp_path, told)
