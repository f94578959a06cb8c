"""What `--json` prints of guides, of their index, of exports and of `doctor`; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ragprep.types.guide import Role
from ragprep.wire.entries import Object

if TYPE_CHECKING:
    from ragprep.expand import Expansion
    from ragprep.types.check import Check
    from ragprep.types.export import Exported
    from ragprep.types.guide import Guide
    from ragprep.types.index import BuildReport, Manifest


def build(report: BuildReport) -> Object:
    """Return what a build did.

    - `entries`, `views`: how many the index has.
    - `embedded`, `reused`: how many of the views were embedded anew and taken over.
    - `seconds`: it took.
    - `files`: read; each `path`, `entries`, `unanswered` (of them), `missed` (lines that look like
      questions and are in no entry), `skipped` (why it has no entries, "" when it has).
    """
    return {
        "entries": report.manifest.entries,
        "views": report.manifest.views,
        "embedded": report.embedded,
        "reused": report.reused,
        "seconds": round(report.seconds, 3),
        "files": [asdict(file) for file in report.files],
    }


def status(manifest: Manifest, home: Path) -> Object:
    """Return what the index is made of.

    - `home`: its folder.
    - `entries`, `views`: how many it has.
    - `model`, `fingerprint`, `dim`: of the embedding model.
    - `index_type`: how vectors are searched; `format`: version of the folder's layout.
    - `sources`: what it was built from, "shipped" for the guide that comes with ragprep.
    - `guides`: found there; each `name`, `path`, `entries`, `size`, `changed_ns`.
    - `corpus_sha256`: of all entries; `checksums`: of each file.
    """
    return {"home": str(home), **asdict(manifest)}


def lint(guide: Guide) -> Object:
    """Return what a guide is read as, and what is to be said about it.

    - `guide`, `path`: its name and file.
    - `entries`: how many would be indexed.
    - `remarks`: by line; each `line`, `level` ("info", "warning", "error"), `message`.
    - `found`: the entries; each `label`, `question`, `answer` ("" when there is none), `lines`
      (first and last), `section` (the path of headings).
    - `left_out`: text in no entry; each `lines`, `reason`.
    - `account`: every line of the file in exactly one of these; each `lines`, `role` ("entry",
      "section", "metadata", "blank", "left out"), `reason`.
    - `missed`: lines that look like questions and are in no entry.
    - `skipped`: why it has no entries; "" when it has.
    """
    return {
        "guide": guide.name,
        "path": guide.path,
        "entries": len(guide.entries),
        "remarks": [asdict(remark) for remark in guide.diagnostics],
        "found": [
            {
                "label": entry.label,
                "question": entry.question,
                "answer": entry.answer,
                "lines": list(entry.lines),
                "section": list(entry.section),
            }
            for entry in guide.entries
        ],
        "left_out": [
            {"lines": [span.first, span.last], "reason": span.reason}
            for span in guide.account
            if span.role is Role.LEFT_OUT
        ],
        "account": [
            {"lines": [span.first, span.last], "role": span.role.value, "reason": span.reason}
            for span in guide.account
        ],
        "missed": guide.missed,
        "skipped": guide.skipped,
    }


def lint_folder(guides: Sequence[Guide]) -> Object:
    """Return what the guides of a folder are read as.

    - `guides`: each as for a file.
    - `entries`, `unanswered`, `missed`, `skipped`: their totals; `skipped` is a number of files.
    """
    entries = [entry for guide in guides for entry in guide.entries]
    return {
        "guides": [lint(guide) for guide in guides],
        "entries": len(entries),
        "unanswered": sum(not entry.answer for entry in entries),
        "missed": sum(guide.missed for guide in guides),
        "skipped": sum(bool(guide.skipped) for guide in guides),
    }


def formats() -> Object:
    """Return the formats that are read: each `name`, `description`, `suffixes`, `extra`."""
    from ragprep.ingest.formats import FORMATS

    return {
        "formats": [
            {
                "name": item.name,
                "description": item.description,
                "suffixes": list(item.suffixes),
                "extra": item.extra,
            }
            for item in FORMATS
        ]
    }


def expand(expansion: Expansion) -> Object:
    """Return what came of writing aliases.

    - `guide`: its file; `model`: the writer; `entries`: of the guide.
    - `asked`: entries that the model was asked about now; `seconds`: it took.
    - `written`, `kept`: phrases of the model, and those of them that passed one by one.
    - `dropped`: why the others did not: reason -> number.
    - `verdict`: whether those kept help the search; null when none was kept. `queries` asked
      (phrases of a kind that the index has no alias of), the shares of them that are covered and
      whose entry comes first `without` and `with_aliases`, the `lower` bound of the gain (95%),
      the same of the guide's own titles `titles_without` and `titles_with`, and `helps`.
    - `used`: they stand in the file of aliases.
    """
    return asdict(expansion)


def export(exported: Exported) -> Object:
    """Return what was written.

    - `path`: of the file; `replaced`: whether a file was there before.
    - `entries`: how many it has; `decks`: their names.
    """
    return asdict(exported)


def doctor(checks: Iterable[Check]) -> Object:
    """Return what was checked.

    - `checks`: each `name`, `ok`, `message`, `remedy` and `optional` (ragprep works without it).
    """
    return {"checks": [asdict(check) for check in checks]}


def models(names: Iterable[str]) -> Object:
    """Return the language models that may write answers.

    - `models`: their names; the first one writes where no other is chosen, and where there is none
      the answers are the guide's own sentences.
    """
    return {"models": list(names)}
