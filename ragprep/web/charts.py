"""Charts as inline SVG: plain data in, markup out; their colours and fonts are the style sheet's.

Nothing here has a `style` attribute, which the pages' security policy forbids. A chart is an image
to a screen reader: the page shows the same figures in a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

WIDTH = 320
"""Of a chart, in its own units: at 360 px they are about a pixel each, so that text can be read."""

PLOT, FOOT = 100, 14
"""Heights of what is drawn, and of the line of text below it."""

ROW, BAR = 26, 8
"""Heights of a row of `bars`, and of the bar in it, below its text."""

MAP, SPOT = 300, 4
"""Side of the map, and half of that of a spot on it."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a chart is: its id on the page, its title, and what it shows, in a sentence."""

    id: str
    title: str
    summary: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve: its name, which is also its class, and shares, 0 to 1, at equal distances."""

    name: str
    shares: Sequence[float]


class Known(StrEnum):
    """How well an entry is known, as the map shows it: by colour and by shape."""

    NEW = "new"
    POOR = "poor"
    FAIR = "fair"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a map: `x` and `y`, 0 to 1 from its lower left corner, its text, and its look."""

    x: float
    y: float
    text: str
    known: Known


def columns(figure: Figure, counts: Sequence[tuple[str, int]]) -> Markup:
    """Draw a column for each count, as high as the plot for the largest.

    Args:
        figure: what it is.
        counts: of days in their order, each with the day's name; at least one.
    """
    most = max(count for _, count in counts)
    step = WIDTH / len(counts)
    drawn = [
        Markup('<rect class="chart-bar" x="{}" y="{}" width="{}" height="{}">{}</rect>').format(
            *_numbers(place * step + step * 0.1, PLOT - height, step * 0.8, height),
            _title(f"{name}: {count}"),
        )
        for place, (name, count) in enumerate(counts)
        if (height := count / most * PLOT if most else 0)
    ]
    texts = [_base(), _text(0, PLOT + FOOT - 2, counts[0][0]), _last(counts[-1][0])]
    return _drawn(figure, PLOT + FOOT, [*drawn, *texts])


def bars(figure: Figure, shares: Sequence[tuple[str, float]]) -> Markup:
    """Draw a bar below the name of each share, 0 to 1, full width for 1."""
    drawn: list[Markup] = []
    for place, (name, share) in enumerate(shares):
        top = place * ROW
        drawn += [
            _text(0, top + ROW - BAR - 5, _cut(name)),
            _text(WIDTH, top + ROW - BAR - 5, f"{share:.0%}", "end"),
            _bar("chart-track", top + ROW - BAR - 1, WIDTH),
            _bar("chart-bar", top + ROW - BAR - 1, share * WIDTH),
        ]
    return _drawn(figure, len(shares) * ROW, drawn)


def curves(
    figure: Figure,
    shown: Iterable[Curve],
    *,
    ends: tuple[str, str],
    interval: tuple[float, float] | None = None,
) -> Markup:
    """Draw curves of shares over the same stretch of time.

    Args:
        figure: what it is.
        shown: each with at least two shares.
        ends: names of the first and the last time.
        interval: of the last share, drawn as a line at its right end; None for none.
    """
    drawn = [_base(), _text(0, PLOT + FOOT - 2, ends[0]), _last(ends[1])]
    drawn += [_text(0, 9, "100%"), _line("chart-grid", 0, WIDTH)]
    for curve in shown:
        step = WIDTH / (len(curve.shares) - 1)
        corners = [(place * step, PLOT * (1 - share)) for place, share in enumerate(curve.shares)]
        path = " ".join(f"{_number(x)},{_number(y)}" for x, y in corners)
        drawn.append(
            Markup('<polyline class="chart-curve {}" points="{}">{}</polyline>').format(
                curve.name, path, _title(f"{curve.name}: {curve.shares[-1]:.0%} on {ends[1]}")
            )
        )
    if interval is not None:
        low, high = interval
        drawn.append(
            Markup('<path class="chart-interval" d="M{} {}V{}">{}</path>').format(
                *_numbers(WIDTH - 1, PLOT * (1 - low), PLOT * (1 - high)),
                _title(f"{low:.0%} to {high:.0%} on {ends[1]}"),
            )
        )
    return _drawn(figure, PLOT + FOOT, drawn)


def places(figure: Figure, spots: Iterable[Spot]) -> Markup:
    """Draw spots on a square map."""
    inner = MAP - 4 * SPOT
    drawn = [
        Markup('<path class="spot spot-{}" d="{}">{}</path>').format(
            spot.known.value,
            _shape(spot.known, 2 * SPOT + spot.x * inner, 2 * SPOT + (1 - spot.y) * inner),
            _title(spot.text),
        )
        for spot in spots
    ]
    return _drawn(figure, MAP, drawn, width=MAP)


def key(known: Known) -> Markup:
    """Draw the spot that stands for `known`, for the words beside it."""
    side = 3 * SPOT
    return Markup(
        '<svg class="chart-key" viewBox="0 0 {0} {0}" width="{0}" height="{0}" aria-hidden="true">'
        '<path class="spot spot-{1}" d="{2}"/></svg>'
    ).format(side, known.value, _shape(known, side / 2, side / 2))


def _shape(known: Known, x: float, y: float) -> str:
    """Return the outline of a spot: a circle, where least is known a triangle, and so on."""
    left, right, top, bottom = _numbers(x - SPOT, x + SPOT, y - SPOT, y + SPOT)
    match known:
        case Known.POOR:
            return f"M{left} {bottom}L{_number(x)} {top}L{right} {bottom}Z"
        case Known.FAIR:
            return f"M{left} {top}H{right}V{bottom}H{left}Z"
        case _:  # of two circles one is hollow
            arc = f"A{SPOT} {SPOT} 0 1 0"
            return f"M{left} {_number(y)}{arc} {right} {_number(y)}{arc} {left} {_number(y)}Z"


def _drawn(figure: Figure, height: int, parts: Iterable[Markup], width: int = WIDTH) -> Markup:
    return Markup(
        '<svg class="chart" role="img" viewBox="0 0 {0} {1}" aria-labelledby="{2}-title {2}-desc">'
        '<title id="{2}-title">{3}</title><desc id="{2}-desc">{4}</desc>{5}</svg>'
    ).format(width, height, figure.id, figure.title, figure.summary, Markup().join(parts))


def _bar(look: str, top: float, width: float) -> Markup:
    return Markup('<rect class="{}" x="0" y="{}" width="{}" height="{}"/>').format(
        look, *_numbers(top, width, BAR)
    )


def _base() -> Markup:
    return _line("chart-base", PLOT, WIDTH)


def _line(look: str, y: float, width: float) -> Markup:
    return Markup('<path class="{}" d="M0 {}H{}"/>').format(look, *_numbers(y, width))


def _last(text: str) -> Markup:
    return _text(WIDTH, PLOT + FOOT - 2, text, "end")


def _text(x: float, y: float, text: str, anchor: str = "start") -> Markup:
    return Markup('<text class="chart-text" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        *_numbers(x, y), anchor, text
    )


def _title(text: str) -> Markup:
    return Markup("<title>{}</title>").format(text)


def _cut(name: str) -> str:
    """Return a name in the room that a row has for it: the table below has it whole."""
    return name if len(name) <= 44 else f"{name[:43].rstrip()}…"


def _numbers(*values: float) -> tuple[str, ...]:
    return tuple(_number(value) for value in values)


def _number(value: float) -> str:
    """Return a coordinate, to a hundredth of a unit."""
    return f"{round(value, 2):g}"
