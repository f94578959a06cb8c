"""The page Progress: what is known and what comes due, as charts with tables of their figures."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from ragprep.errors import ConfigError, RagprepError
from ragprep.web import charts
from ragprep.web.charts import Curve, Figure, Known, Spot
from ragprep.web.pages.html import page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from ragprep.service import Prep
    from ragprep.types.progress import Place, Standing

WELL, HALF = 0.7, 0.4
"""Shares known from which the map shows an entry as known well, and as known in part: the scores
from which an answer is rated Good and Hard (`Settings`)."""

KNOWN = {
    Known.GOOD: f"{WELL:.0%} known or more",
    Known.FAIR: f"{HALF:.0%} to {WELL:.0%} known",
    Known.POOR: f"less than {HALF:.0%} known",
    Known.NEW: "not answered yet",
}

DUE_SHOWN = 20
"""Entries that are due and named: a session of an hour."""

Text = Annotated[str, Form()]


def router(prep: Prep) -> APIRouter:
    """Return the routes of the page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/progress")
    def show() -> Response:
        """Show how far the person has come."""
        return _page(prep)

    @routes.post("/progress/interview")
    def set_interview(until: Text = "", action: Text = "") -> Response:
        """Keep the day of the interview, or remove it."""
        try:
            prep.set_interview(None if action == "remove" else _day(until))
        except RagprepError as exc:
            return _page(prep, exc)
        return RedirectResponse("/progress", 303)

    @routes.get("/progress/history.jsonl")
    def history() -> Response:
        """Return the history as `ragprep history export` writes it."""
        with TemporaryDirectory(prefix="ragprep-") as folder:
            path = Path(folder) / "history.jsonl"
            prep.export_history(path)
            content = path.read_bytes()
        name = f"ragprep-history-{date.today().isoformat()}.jsonl"
        return Response(
            content,
            media_type="application/jsonl",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return routes


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise ConfigError(f'"{text}" is no day.', remedy="Write it as 2026-12-20.") from exc


def _page(prep: Prep, problem: RagprepError | None = None) -> Response:
    notices: list[str] = []
    standing = prep.progress(notice=notices.append)
    entries, new, today = prep.due()
    places = prep.guide_map()
    days = range(len(standing.reviews) - 1, -1, -1)
    return page(
        "progress.html",
        current="Progress",
        status=422 if problem else 200,
        problem=problem,
        notices=notices,
        standing=standing,
        today=today,
        new=new,
        due=[entry for entry in entries if entry.day <= today],
        due_shown=DUE_SHOWN,
        reviews=_named(standing.reviews, [today - timedelta(days=back) for back in days]),
        due_by_day=_named(standing.due, [today + timedelta(d) for d in range(len(standing.due))]),
        places=places,
        known=KNOWN,
        level=level,
        charts=charts,
        drawn=_drawn(standing, today, places),
    )


def level(known: float | None) -> Known:
    """Return how well an entry is known, as the map shows it."""
    if known is None:
        return Known.NEW
    return Known.GOOD if known >= WELL else Known.FAIR if known >= HALF else Known.POOR


def _named(counts: Sequence[int], days: Sequence[date]) -> list[tuple[str, int]]:
    return [(day.isoformat(), count) for day, count in zip(days, counts, strict=True)]


def _drawn(standing: Standing, today: date, places: Sequence[Place]) -> dict[str, Markup]:
    """Return the charts, by what they show; without those of which there is nothing."""
    reviews, due = standing.reviews, standing.due
    back = [today - timedelta(days=days) for days in range(len(reviews) - 1, -1, -1)]
    ahead = [today + timedelta(days=days) for days in range(len(due))]
    drawn = {
        "sections": charts.bars(
            Figure(
                "sections",
                "Known by section",
                f"{standing.overall.known:.0%} over {len(standing.sections)} sections.",
            ),
            [(section.name or "No section", section.known) for section in standing.sections],
        ),
        "map": charts.places(
            Figure(
                "map",
                "The guides as a map",
                f"{len(places)} entries, near each other where their texts are alike.",
            ),
            [
                Spot(p.x, p.y, f"{p.label}: {p.question}", level(p.known))
                for p in sorted(places, key=lambda place: place.known is not None)  # on top
            ],
        ),
    }
    if sum(reviews):
        summary = f"{sum(reviews)} in {len(reviews)} days, at most {max(reviews)} a day."
        drawn["reviews"] = charts.columns(
            Figure("reviews", "Answers by day", summary), _named(reviews, back)
        )
    if sum(due):
        summary = f"{sum(due)} in {len(due)} days, {due[0]} of them today."
        drawn["due"] = charts.columns(
            Figure("due", "Entries that come due", summary), _named(due, ahead)
        )
    if standing.forecast is not None:
        drawn["forecast"] = _forecast(standing, today)
    return drawn


def _forecast(standing: Standing, today: date) -> Markup:
    forecast = standing.forecast
    assert forecast is not None
    summary = (
        f"{forecast.known:.0%} known on {forecast.until} with {forecast.a_day} answers a day, "
        f"{forecast.idle:.0%} with none."
    )
    return charts.curves(
        Figure("forecast", "Known until the interview", summary),
        [Curve("practised", forecast.path), Curve("idle", forecast.idle_path)],
        ends=(today.isoformat(), forecast.until.isoformat()),
        interval=(forecast.low, forecast.high),
    )
