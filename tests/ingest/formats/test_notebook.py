"""Jupyter notebooks: Markdown cells, code as part of answers, what is left out."""

from __future__ import annotations

import json

import pytest

from ragprep.errors import GuideError
from ragprep.types.guide import Role


def notebook(*cells: tuple[str, str], **more: object) -> str:
    return json.dumps(
        {
            "cells": [
                {"cell_type": kind, "source": text.splitlines(keepends=True)}
                for kind, text in cells
            ],
            "metadata": {"language_info": {"name": "python"}},
            "nbformat": 4,
            **more,
        },
        indent=1,
    )


def test_cells_are_read_with_the_lines_of_the_file(guide):
    """The first cell's text begins on line 6, one string a line; code goes with the answer."""
    text = notebook(
        ("markdown", "## What is RAID?\nMany disks."),
        ("code", "print(1)"),
        ("markdown", "## What is LVM?"),
        ("markdown", "Volumes."),
    )
    first, second = guide(text, "a.ipynb").entries
    assert (first.question, first.answer) == (
        "What is RAID?",
        "Many disks.\n\n```python\nprint(1)\n```",
    )
    assert first.lines[0] == 6
    assert (second.question, second.answer) == ("What is LVM?", "Volumes.")


def test_a_cell_that_begins_with_its_question_is_an_entry(entries):
    """Also where other cells have headings."""
    text = notebook(
        ("markdown", "What is RAID?\n- Many disks"), ("markdown", "## What is LVM?\nVolumes.")
    )
    assert entries(text, "a.ipynb") == [
        ("What is RAID?", "- Many disks"),
        ("What is LVM?", "Volumes."),
    ]


def test_what_code_printed_and_raw_cells_are_left_out(guide):
    """With their lines and why."""
    cells = [
        {"cell_type": "markdown", "source": "## Why?\nSo."},
        {"cell_type": "code", "source": "f()", "outputs": [{"text": ["## What?\n"]}]},
        {"cell_type": "raw", "source": ["## Who?"]},
    ]
    read = guide(json.dumps({"cells": cells, "nbformat": 4}, indent=1), "a.ipynb")
    assert [e.question for e in read.entries] == ["Why?"]
    left_out = [span.reason for span in read.account if span.role is Role.LEFT_OUT]
    assert left_out == ["what code printed", "a raw cell"]


def test_the_older_format_has_headings_and_worksheets(entries):
    """Nbformat 3."""
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Why?"]},
        {"cell_type": "markdown", "source": ["So."]},
        {"cell_type": "code", "input": ["x"]},
    ]
    text = json.dumps({"worksheets": [{"cells": cells}], "nbformat": 3})
    assert entries(text, "a.ipynb") == [("Why?", "So.\n\n```python\nx\n```")]


@pytest.mark.parametrize("text", ["{", "[1]", '{"a": 1}', '{"cells": ', "# Why?\n"])
def test_what_is_no_notebook_is_refused(entries, text):
    """With its name."""
    with pytest.raises(GuideError, match=r"a\.ipynb"):
        entries(text, "a.ipynb")


@pytest.mark.parametrize(
    "cells", [[None], [1], [{"cell_type": 1}], [{"source": {"a": 1}}], [{"source": [1, None]}], {}]
)
def test_cells_of_other_shapes_hold_nothing(entries, cells):
    """None of them is a text; a question beside them is read."""
    question = {"cell_type": "markdown", "source": "## Why?\nSo."}
    cells = [*cells, question]
    assert entries(json.dumps({"cells": cells, "nbformat": 4}), "a.ipynb") == [("Why?", "So.")]
