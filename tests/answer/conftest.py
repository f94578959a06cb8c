"""A guide of three short entries that a reader can keep in mind."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from ragprep.types.guide import Entry, KeyPoint
from ragprep.types.search import Hit, SearchResult, Strength, Trace

ANSWERS = {
    "q1": (
        "What is dropout?",
        "Dropout switches off random units during training.\n\n**Benefits:**\n"
        "- Prevents overfitting\n- Acts as an ensemble",
    ),
    "q2": (
        "Explain batch normalization.",
        "Batch normalization rescales the inputs of each layer.\n\n**Benefits:**\n"
        "- Faster training\n- Higher learning rates",
    ),
    "q3": (
        "How do you implement k-means from scratch?",
        "Algorithm:\n1. **Initialize**: Pick 5 random centroids\n2. **Assign**: To the nearest\n"
        "3. **Update**: Take the mean\n4. **Repeat**: Until nothing moves",
    ),
    "q4": (
        "Explain image filters.",
        "- **Gaussian filter**: Smoothing\n- **Sobel filter**: Edge detection\n"
        "- **Median filter**: Noise reduction\n- **Gabor filter**: Texture analysis",
    ),
}

POINTS = {
    "q1": (
        "Dropout switches off random units during training.",
        "Prevents overfitting",
        "Acts as an ensemble",
    ),
    "q2": (
        "Batch normalization rescales the inputs of each layer.",
        "Faster training",
        "Higher learning rates",
    ),
    "q3": (
        "Initialize: Pick 5 random centroids",
        "Assign: To the nearest",
        "Update: Take the mean",
        "Repeat: Until nothing moves",
    ),
    "q4": (
        "Gaussian filter: Smoothing",
        "Sobel filter: Edge detection",
        "Median filter: Noise reduction",
        "Gabor filter: Texture analysis",
    ),
}


@pytest.fixture
def points() -> dict[str, tuple[KeyPoint, ...]]:
    """The statements of each entry, by its id."""
    return {
        f"id-{label}": tuple(KeyPoint(text, 1) for text in texts) for label, texts in POINTS.items()
    }


@pytest.fixture
def result_of() -> Callable[..., SearchResult]:
    """Makes a result: result_of("q1", "q2") has q1 at 0.9 and q2 at 0.45 relevance."""

    def make(*labels: str, covered: bool = True, view: str = "entry") -> SearchResult:
        hits = tuple(
            _hit(label, relevance=0.9 / (1 + place), view=view)
            for place, label in enumerate(labels)
        )
        return SearchResult("", covered, hits)

    return make


@pytest.fixture
def hit() -> Callable[..., Hit]:
    """Makes one hit: hit("q1", relevance=0.8)."""
    return _hit


def _hit(label: str, *, relevance: float = 0.9, view: str = "entry") -> Hit:
    """Return a hit of the little guide."""
    question, answer = ANSWERS[label]
    line = int(re.sub(r"\D", "", label))
    entry = Entry(f"id-{label}", label, question, answer, ("Basics",), "guide", (line, line))
    return Hit(entry, relevance, Strength.LIKELY, 1.0, "", (Trace("dense", view, "", 0.5, 1),))
