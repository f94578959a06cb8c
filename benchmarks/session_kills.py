"""Kills sessions of practice at random moments: `python benchmarks/session_kills.py [--kills N]`.

A review is acknowledged when its id stands on stdout. After all kills the history must have each
acknowledged one, and none twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

ANSWERS = 12
LATEST_S = 1.6
"""A session is killed at a moment drawn evenly up to here, from its start on."""


def main() -> None:
    """Run the sessions, and say what the history has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    kills = parser.parse_args().kills
    rng = random.Random(0)
    with tempfile.TemporaryDirectory() as folder:
        places = {"RAGPREP_HOME": "home", "RAGPREP_PRACTICE": "practice"}
        environment = os.environ | {name: str(Path(folder) / at) for name, at in places.items()}
        acknowledged: list[str] = []
        for _ in range(kills):
            acknowledged += killed(environment, rng.uniform(0, LATEST_S))
        kept = [row["id"] for row in history(environment)]
    lost = set(acknowledged) - set(kept)
    twice = len(kept) - len(set(kept))
    print(f"{kills} kills: {len(acknowledged)} acknowledged, {len(kept)} kept")
    print(f"{len(lost)} lost, {twice} twice")
    if lost or twice:
        sys.exit(1)


def killed(environment: dict[str, str], after_s: float) -> list[str]:
    """Return the reviews that a session acknowledged before it was killed."""
    command = [sys.executable, "-m", "ragprep", "practice", "--json", "--new", "20"]
    session = subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        written, _ = session.communicate("it depends on the data\n.\n2\n" * ANSWERS, after_s)
    except subprocess.TimeoutExpired:
        session.kill()
        written, _ = session.communicate()
    complete = [line for line in written.splitlines(keepends=True) if line.endswith("\n")]
    events = [json.loads(line) for line in complete]
    return [event["review"] for event in events if event["event"] == "review"]


def history(environment: dict[str, str]) -> list[dict[str, str]]:
    """Return the reviews of the history."""
    command = [sys.executable, "-m", "ragprep", "history", "--json"]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    reviews: list[dict[str, str]] = json.loads(shown.stdout)["reviews"]
    return reviews


if __name__ == "__main__":
    main()
