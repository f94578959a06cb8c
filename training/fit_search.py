"""Fits ragprep/search/fitted.json: `python -m training.fit_search --data FOLDER [--write]`.

With a model of one's own in use (RAGPREP_MODEL, RAGPREP_HOME), it fits the weights for that one,
and writes them beside the prepared model, where searches with it find them.

Over ten sets of questions: typed ones on six guides of others, typed and written ones on the
shipped guide with its aliases and without; each covered question also with its entries taken away,
and with people's questions far off (training/search_cases.py). Sets weigh the same.

Fusion: the weights of a listwise softmax over each question's candidates, not negative.
Relevance: logistic regression of "this entry answers" on the evidence for the first hit, over
questions that are covered and questions that are not; a covered question whose first hit is wrong
counts on neither side. The operating point keeps 95% of the covered questions whose first hit
answers, in the mean over sets. Figures of a set are of what was fitted on other guides, at the
operating point of all.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragprep.config import DEFAULT_MODEL, Config, load_config
from ragprep.encoder.embed import open_embedder
from ragprep.encoder.info import EncoderInfo
from ragprep.encoder.prepare import encoder_folder, prepare, weights_path
from ragprep.evaluation.metrics import auroc, calibration_error, rejected_at_kept, reliability
from ragprep.protocols import SILENT, Embedder
from ragprep.search.calibrate import EVIDENCE, evidence_for
from ragprep.search.fuse import FEATURES, FILE, fuse
from training.guides import GUIDES
from training.listwise import fit
from training.logistic import fit_logistic, logistic
from training.recipe import CORPUS, recipe, write
from training.search_cases import OF_SHIPPED, QUESTIONS, SEED, SHIPPED, Case, gather

KEPT = 0.95
FUSION = ("best3", "entry", "alias3", "bm25", "overlap")
RELEVANCE = ("bias", "best3", "alias3", "bm25", "overlap", "margin", "aliased")
SHARES = {"covered": 0.5, "near": 0.25, "taken": 0.2, "far": 0.05}
"""How much the kinds of cases weigh in the regression. A guess at what people ask of their notes:
half is covered, and most of the rest is near."""

Floats = NDArray[np.float64]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="has guides/ and human/")
    parser.add_argument("--write", action="store_true", help="replace fitted.json")
    arguments = parser.parse_args()
    config = load_config()
    encoder = encoder_of(config)
    weights, measured = fit_all(gather(arguments.data, encoder))
    print(json.dumps(weights))
    if arguments.write:
        data = [*OF_SHIPPED.values(), *(QUESTIONS / f"{name}.jsonl" for name in GUIDES), *CORPUS]
        used = recipe(
            "training/fit_search.py",
            data,
            encoder=encoder[0].fingerprint,
            seed=SEED,
            packages=("numpy", "scipy", "onnxruntime"),
            measured=measured,
            note="Figures of each guide by weights that were fitted on the others.",
        )
        is_default = config.model == DEFAULT_MODEL
        path = FILE if is_default else weights_path(config.home, config.model)
        write(path, {"weights": weights}, used)


def encoder_of(config: Config) -> tuple[EncoderInfo, Embedder]:
    """Return the encoder that `config` names, prepared first where it must be."""
    info = prepare(config.model, config.home, SILENT.progress)
    return info, open_embedder(encoder_folder(config.home, config.model), info)


def fit_all(cases: Sequence[Case]) -> tuple[dict[str, Any], dict[str, float]]:
    """Return the weights as fitted.json has them, and figures of guides left out."""
    of_guide: dict[str, list[Case]] = {}
    for case in cases:
        of_guide.setdefault(case.guide, []).append(case)
    fusion = fit_fusion(cases)
    coefficients = fit_relevance(cases, fusion)
    scored = [judged(guide_cases, fusion, coefficients) for guide_cases in of_guide.values()]
    covered_at = operating_point(scored)
    figures: dict[str, float] = {}
    for guide, guide_cases in of_guide.items():
        fitted_on = [case for case in cases if group(case.guide) != group(guide)]
        without = fit_fusion(fitted_on)
        measured = figures_of(
            judged(guide_cases, without, fit_relevance(fitted_on, without)), covered_at
        )
        print(f"{guide:24}", {name: round(value, 3) for name, value in measured.items()})
        figures |= {f"{guide}: {name}": value for name, value in measured.items()}
    return {
        "fusion": {name: round(value, 3) for name, value in fusion.items()},
        "calibration": {name: round(value, 4) for name, value in coefficients.items()},
        "covered_at": covered_at,
    }, figures


def operating_point(guides: Sequence[Sequence[tuple[Case, float, bool]]]) -> float:
    """Return the relevance from which on `KEPT` of the right first hits are, a set's mean.

    To refuse a question whose first hit is wrong costs nobody an answer.
    """
    covered = [np.array([p for _, p, answers in rows if answers]) for rows in guides]
    points = np.unique([0.0, *np.concatenate(covered).round(3)])
    kept = np.array([np.mean([np.mean(some >= point) for some in covered]) for point in points])
    return float(points[np.flatnonzero(kept >= KEPT)[-1]])


def group(guide: str) -> str:
    """Return what is left out together: all that is about the shipped guide."""
    return SHIPPED if guide.startswith(SHIPPED) else guide


def fit_fusion(cases: Sequence[Case]) -> dict[str, float]:
    """Return the weight of each feature."""
    columns = [FEATURES.index(name) for name in FUSION]
    guides = list(dict.fromkeys(case.guide for case in cases))
    least = min(sum(c.guide == guide and c.covered for c in cases) for guide in guides)
    chosen: list[Case] = []
    for guide in guides:
        covered = [case for case in cases if case.guide == guide and case.covered]
        chosen += covered[:: max(1, len(covered) // least)]  # guides weigh the same
    queries = [(case.features[:, columns], case.grades == 2) for case in chosen]
    return dict(zip(FUSION, fit(queries).tolist(), strict=True))


def first_hit(case: Case, fusion: dict[str, float]) -> tuple[Floats, bool]:
    """Return the evidence for the first hit of a case, and whether it answers."""
    scores = fuse(case.features, fusion)
    first = int(np.argmax(scores))
    evidence: Floats = evidence_for(case.features, scores)[first]
    return evidence, bool(case.grades[first] == 2)


def fit_relevance(cases: Sequence[Case], fusion: dict[str, float]) -> dict[str, float]:
    """Return the coefficients of `calibrate.relevance`."""
    columns = [EVIDENCE.index(name) for name in RELEVANCE]
    rows, truth, keys = [], [], []
    for case in cases:
        evidence, answers = first_hit(case, fusion)
        if answers or not case.covered:
            rows.append(evidence[columns])
            truth.append(float(answers))
            keys.append((case.guide, case.kind))
    counts = {key: keys.count(key) for key in set(keys)}
    shares = np.array([SHARES[kind] / counts[guide, kind] for guide, kind in keys])
    fitted = fit_logistic(np.array(rows), np.array(truth), shares)
    return dict(zip(RELEVANCE, fitted.tolist(), strict=True))


def judged(
    cases: Sequence[Case], fusion: dict[str, float], coefficients: dict[str, float]
) -> list[tuple[Case, float, bool]]:
    """Return for each case the relevance of its first hit, and whether that answers."""
    results = []
    for case in cases:
        evidence, answers = first_hit(case, fusion)
        logit = sum(evidence[EVIDENCE.index(name)] * w for name, w in coefficients.items())
        results.append((case, float(logistic(np.array(logit))), answers))
    return results


def figures_of(rows: Sequence[tuple[Case, float, bool]], covered_at: float) -> dict[str, float]:
    """Return the figures of a guide that was left out."""
    covered = np.array([p for case, p, _ in rows if case.covered])
    figures = {
        "S@1": float(np.mean([answers for case, _, answers in rows if case.covered])),
        "covered refused": float((covered < covered_at).mean()),
    }
    for kind in ("near", "taken", "far"):
        relevances = np.array([p for case, p, _ in rows if case.kind == kind])
        figures |= {
            f"AUROC {kind}": auroc(covered, relevances),
            f"{kind} refused at {KEPT:.0%} kept": rejected_at_kept(covered, relevances),
            f"{kind} refused": float((relevances < covered_at).mean()),
        }
    bins = reliability([p for _, p, _ in rows], [answers for _, _, answers in rows])
    return figures | {"calibration error": calibration_error(bins)}


if __name__ == "__main__":
    main()
