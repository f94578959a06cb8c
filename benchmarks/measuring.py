"""What the benchmarks share: running a command and measuring it, and showing figures with bars.

Standard library only: a child's peak memory starts at its parent's, so the parent stays small.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Run:
    """One whole process: wall time, processor time of all threads, peak resident memory."""

    wall_s: float
    cpu_s: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a benchmark's result.

    Attributes:
        name: what was measured.
        value: median over the runs, or a ratio of medians.
        unit: of the value.
        bar: what it must reach, as text ("<= 0.45"); "" when it is for comparison only.
        met: whether it does.
    """

    name: str
    value: float
    unit: str
    bar: str = ""
    met: bool = True


def environment(**variables: str) -> dict[str, str]:
    """Return this process's environment with `variables`, and with bytecode kept."""
    unwanted = "PYTHONDONTWRITEBYTECODE"
    return {name: value for name, value in os.environ.items() if name != unwanted} | variables


@contextmanager
def busy(processes: int) -> Iterator[None]:
    """Keep so many other processes computing."""
    with ExitStack() as stack:
        for _ in range(processes):
            command = [sys.executable, "-c", "while True: pass"]
            neighbour = stack.enter_context(subprocess.Popen(command))
            stack.callback(neighbour.kill)
        yield


def run(command: Sequence[str], env: Mapping[str, str] | None = None) -> Run:
    """Run `command` with its output thrown away.

    Raises:
        SystemExit: it failed.
    """
    silence = (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)
    began = time.perf_counter()
    pid = os.posix_spawn(command[0], list(command), env or environment(), file_actions=[silence])
    _, status, usage = os.wait4(pid, 0)
    wall_s = time.perf_counter() - began
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    peak_mib = usage.ru_maxrss / (2**20 if os.uname().sysname == "Darwin" else 2**10)
    return Run(wall_s, usage.ru_utime + usage.ru_stime, peak_mib)


def median(runs: Sequence[Run], what: str) -> float:
    """Return the median of one attribute of `Run`."""
    return statistics.median(getattr(run, what) for run in runs)


def at_most(name: str, value: float, limit: float, unit: str) -> Figure:
    """Return a figure that must not be above `limit`."""
    return Figure(name, value, unit, f"<= {limit:g}", value <= limit)


def at_least(name: str, value: float, limit: float, unit: str) -> Figure:
    """Return a figure that must not be below `limit`."""
    return Figure(name, value, unit, f">= {limit:g}", value >= limit)


def arguments(description: str | None, *, runs: int) -> argparse.Namespace:
    """Read `--runs` and `--json` from the command line."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--runs", type=int, default=runs, help=f"how often each ({runs})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser.parse_args()


def show(figures: Sequence[Figure], *, as_json: bool) -> None:
    """Print the figures as a table, or as a JSON list."""
    if as_json:
        print(json.dumps([asdict(figure) for figure in figures], indent=1))
        return
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        verdict = f"  bar {figure.bar}: {'met' if figure.met else 'MISSED'}" if figure.bar else ""
        print(f"{figure.name:{width}}  {figure.value:9.3f} {figure.unit:7}{verdict}".rstrip())
