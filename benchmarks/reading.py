"""How well guides are read: entries found against entries listed by hand.

    python benchmarks/reading.py FOLDER [--show]
    python benchmarks/reading.py --speed | --file FILE

FOLDER holds a folder per guide with its files and `entries.json`: for each file its `questions`,
each with `line`, `question` and `answer_chars` (0: it has no answer). A question is found when an
entry asks the same, compared by letters and digits only; of several the nearest by line.

With --speed it reads 20 MB of the shipped guide, over and over with other numbers, as a file in a
process of its own, and hostile text: what takes long is not linear.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

from ragprep.errors import GuideError
from ragprep.ingest.corpus import read_guide, shipped_guides
from ragprep.ingest.markdown import parse
from ragprep.types.guide import Entry

_LABEL = re.compile(
    r"^\W*(?:question\s*|q\s*)?\d+(?:[.\d]*\d)?[a-z]?\s*[.):]+|^\W*question\s+", re.IGNORECASE
)


def key(question: str) -> str:
    """Return a question's letters and digits, without its number."""
    text = unicodedata.normalize("NFKC", _LABEL.sub("", question)).casefold()
    text = re.sub(r"<[^<>]*>|\]\([^)]*\)", "", text)
    return re.sub(r"[\W_]+", "", text)


def compare(questions: list[dict], entries: tuple[Entry, ...]) -> tuple[Counter, list[str]]:
    """Return the counts of one file and what is wrong in it."""
    by_key: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_key[key(entry.question)].append(entry)
    counts: Counter = Counter()
    wrong = []
    missing = []
    for question in questions:
        kind = "answered" if question["answer_chars"] else "unanswered"
        counts[kind] += 1
        same = by_key[key(question["question"])]
        match = min(same, key=lambda e: abs(e.lines[0] - question["line"]), default=None)
        if match is None:
            missing.append(question)
            continue
        same.remove(match)
        if kind == "answered" and not match.answer:
            wrong.append(f"{question['line']}: no answer: {question['question'][:70]}")
            continue
        if kind == "unanswered" and match.answer:
            wrong.append(f"{question['line']}: answer: {match.answer[:70]!r}")
            counts["wrong answer"] += 1
        counts[kind, "found"] += 1
    rest = [entry for same in by_key.values() for entry in same]
    for question in missing:
        inside = any(e.lines[0] < question["line"] <= e.lines[1] for e in entries)
        counts["merged"] += inside
        sign = "merged" if inside else "missing"
        wrong.append(f"{question['line']}: {sign}: {question['question'][:70]}")
    counts["invented"] = len(rest)
    counts["entries"] = len(entries)
    wrong += [f"{entry.lines[0]}: invented: {entry.question[:70]}" for entry in rest]
    return counts, sorted(wrong, key=lambda line: int(line.partition(":")[0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--speed", action="store_true", help="measure time and memory instead")
    parser.add_argument("--show", action="store_true", help="name what is wrong")
    parser.add_argument("--file", type=Path, help="measure the time and memory of one file")
    args = parser.parse_args()
    if args.file:
        read_file(args.file)
        return
    if args.speed:
        speed()
        return
    if args.folder is None:
        parser.error("name a folder of guides")
    total: Counter = Counter()
    for truth in sorted(args.folder.glob("*/entries.json")):
        for name, listed in json.loads(truth.read_text(encoding="utf-8")).items():
            path = truth.parent / name
            start = time.perf_counter()
            try:
                entries = read_guide(path).entries
            except GuideError as error:
                print(f"{path}: {error}")
                entries = ()
            took = time.perf_counter() - start
            counts, wrong = compare(listed["questions"], entries)
            total.update(counts)
            print(_row(f"{truth.parent.name}/{name}", counts), f"{took:.2f} s")
            if args.show:
                print(*(f"    {line}" for line in wrong), sep="\n")
    print(_row("all", total))


def speed() -> None:
    """Print the time that large and hostile texts take, and the memory that a large file takes."""
    guide = shipped_guides()[0].read_text(encoding="utf-8")
    copies = 20_000_000 // len(guide.encode()) + 1
    numbers = re.compile(r"^### Q(\d+)", re.MULTILINE)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "guide.md")
        with path.open("w", encoding="utf-8") as file:
            file.writelines(numbers.sub(rf"### Q{n}\1", guide) for n in range(1, copies + 1))
        # first, since a new process counts the peak of the one that starts it as its own
        subprocess.run([sys.executable, __file__, "--file", str(path)], check=True)
        large = path.read_text(encoding="utf-8")
    texts = {
        "the shipped guide, 20 MB": large,
        "one line, 5 MB": "### Q1. " + "a? " * (5_000_000 // 3),
        "100,000 brackets": "## Why?\n" + "[" * 100_000,
        "10,000 nested items": "".join(f"{' ' * min(n, 500)}- why?\n" for n in range(10_000)),
        "100,000 items": "- why?\n  so\n" * 100_000,
        "100,000 headings": "## Why?\nso\n" * 100_000,
        "100,000 cards": "why?::so\n" * 100_000,
    }
    for name, text in texts.items():
        start = time.process_time()
        entries = len(parse(text, name="g").entries)
        took = time.process_time() - start
        print(f"{name:26} {len(text.encode()) / 1e6:5.1f} MB {took:6.2f} s {entries:7,} entries")


def read_file(path: Path) -> None:
    """Print the processor time and the memory that reading a file takes."""
    start = time.process_time()
    read_guide(path)
    took = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB {took:.2f} s, at most {peak:.0f} MiB")


def _row(name: str, counts: Counter) -> str:
    return (
        f"{name:45} answered {counts['answered', 'found']}/{counts['answered']}"
        f"  lists {counts['unanswered', 'found']}/{counts['unanswered']}"
        f"  merged {counts['merged']}  invented {counts['invented']}/{counts['entries']}"
        f"  wrong answers {counts['wrong answer']}"
    )


if __name__ == "__main__":
    main()
