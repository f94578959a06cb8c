"""The files that browsers load: colours that can be read, and others' files as published."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest

from ragprep.web.pages.html import STATIC

CSS = (STATIC / "app.css").read_text(encoding="utf-8")
SURFACES = {
    "paper": ("ink", "soft", "accent", "good", "part", "bad", "none"),
    "sheet": ("ink", "soft", "accent", "good", "part", "bad", "none"),
    "tint": ("ink", "soft"),
    "accent-tint": ("ink", "soft", "accent"),
    "good-tint": ("ink", "soft", "good"),
    "part-tint": ("ink", "soft", "part"),
    "bad-tint": ("ink", "soft", "bad"),
    "none-tint": ("none",),
    "accent": ("on-accent",),
    "mark": ("ink",),
    "ink": ("paper",),
}
"""What text stands on each surface."""


def tokens(scheme: str) -> dict[str, str]:
    """Return the colours of a scheme; the dark one replaces those of the light one."""
    light, dark = re.findall(r":root \{(.*?)\n *\}", CSS, re.DOTALL)[:2]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))
    return colours


def luminance(colour: str) -> float:
    """Return the relative luminance of "#rrggbb" (WCAG 2.2)."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(a: str, b: str) -> float:
    """Return the contrast of two colours: 21 for black on white."""
    dark, light = sorted((luminance(a), luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def test_black_on_white_is_21_to_1() -> None:
    """The measure itself, and a grey that WCAG's tools give as 4.54."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_every_surface(scheme: str) -> None:
    """WCAG 2.2 AA: 4.5:1 for text, 3:1 for the edges of controls."""
    colours = tokens(scheme)
    low = {
        f"{text} on {surface}": round(contrast(colours[text], colours[surface]), 2)
        for surface, texts in SURFACES.items()
        for text in texts
        if contrast(colours[text], colours[surface]) < 4.5
    }
    assert low == {}
    assert contrast(colours["edge"], colours["paper"]) >= 3
    assert contrast(colours["edge"], colours["sheet"]) >= 3


def test_files_of_others_are_as_published() -> None:
    """NOTICE has the sha256 of each script that is not ours."""
    notice = (STATIC / "NOTICE").read_text(encoding="utf-8")
    listed = {name: digest for digest, name in re.findall(r"([0-9a-f]{64})  (\S+)", notice)}
    scripts = {path.name for path in STATIC.glob("*.js")} - {"app.js", "session.js"}
    assert listed.keys() == scripts
    for name, digest in listed.items():
        assert sha256((STATIC / name).read_bytes()).hexdigest() == digest


def test_nothing_is_loaded_from_elsewhere() -> None:
    """No font, picture or style sheet of another host."""
    assert re.findall(r"@import|url\(|https?://", CSS) == []
