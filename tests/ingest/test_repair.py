"""Bytes to sound text: damage is undone exactly, sound text is never touched."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ragprep.errors import GuideError
from ragprep.ingest.corpus import shipped_guides
from ragprep.ingest.repair import decode, repair

MAC_ROMAN = "".join(bytes([b]).decode("mac_roman") for b in range(0x80, 0x100))
WINDOWS = "".join(bytes([b]).decode("cp1252", "ignore") for b in range(0x80, 0x100))
GUIDE = shipped_guides()[0].read_text(encoding="utf-8")


def as_mac_roman(text: str) -> str:
    return text.encode().decode("mac_roman")


def as_windows(text: str) -> str:
    """As a browser reads Windows-1252: the five open bytes are control characters."""
    return "".join(bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode())


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        (as_mac_roman, "Mac Roman"),
        (as_windows, "Windows-1252"),
        (lambda text: text.encode().decode("latin-1"), "Windows-1252"),
    ],
)
def test_damaged_guide_is_restored_exactly(damage, name):
    """The shipped guide comes back letter for letter, and the remark says how often and why."""
    symbols = sum(not char.isascii() for char in GUIDE)
    restored, note = repair(damage(GUIDE))
    assert restored == GUIDE
    assert note == f"Damaged symbols restored: {symbols} (the text was UTF-8 read as {name})."


def test_one_damaged_dash_or_emoji_is_enough():
    """No language writes "‚Äî" or "ðŸš€"."""
    assert repair("a ‚Äî b")[0] == "a — b"
    assert repair("a â€” b")[0] == "a — b"
    assert repair(as_windows("go 🚀"))[0] == "go 🚀"


def test_damaged_text_in_another_script_is_restored():
    """Words have sequences enough, in any script."""
    for text in (
        "Café, naïve, señor, über, Ångström, voilà, garçon, déjà",
        "Что такое переобучение?",
        "什么是过拟合模型的问题",
        "Τι είναι υπερπροσαρμογή",
    ):
        assert repair(as_mac_roman(text))[0] == text


SOUND = [
    "naïve Bayes, café, über, señor, Åse",
    "“√2 ≈ 1.41” — ∂f/∂x, ∑xᵢ, π ≤ 4 • §3",
    "√©",
    "The copyright √© looks damaged but is not",
    "coup d’état, l’école, l’État " * 20,
    "SÃO PAULO, Ã",
    "Ä Ö Ü ß «é» œuvre",
    "OLÉ… É™ CAFÉ”",
    "Ταχύτητα, скорость, 速度, سرعة, מהירות",
    "emoji 🚀 and 🤖",
    "f̂(x)² + σ² ≥ wᵀx",
]


@pytest.mark.parametrize("text", SOUND)
def test_sound_text_passes_unchanged(text):
    """Accents, quotes, formulas, other scripts, and what merely looks damaged."""
    assert repair(text) == (text, "")


@given(st.text())
def test_any_text_passes_unchanged(text):
    """Hypothesis finds no text that is changed."""
    assert repair(text)[0] == text


@given(st.text(st.sampled_from(MAC_ROMAN + "ae .\n"), max_size=60))
@example("√©" * 40)
@example("’é" * 40)
@example("≈π ∆Ω ¬± √∞ " * 3)
def test_text_of_mac_roman_letters_passes_unchanged(text):
    """Even text in which every letter could stem from damage."""
    assert repair(text)[0] == text


@given(st.text(st.sampled_from(WINDOWS + "ae .\n"), max_size=60))
def test_text_of_windows_letters_passes_unchanged(text):
    """The same for Windows-1252."""
    assert repair(text)[0] == text


@given(st.text(st.sampled_from("ab \n×²²éüñ—“”’•…🚀🤖σ≥")), st.sampled_from("—“”•🚀"))
def test_damage_with_evidence_is_undone(text, evidence):
    """What has at least one dash, quote, bullet or emoji always comes back."""
    text = f"{text}{evidence}"
    assert repair(as_mac_roman(text))[0] == text
    assert repair(as_windows(text))[0] == text


def test_partly_damaged_text_is_left_alone_but_said():
    """One sound letter beside the damage: nothing is guessed, the remark names the line."""
    text = "é\na ‚Äî b"
    assert repair(text)[0] == text
    assert "line 2" in repair(text)[1]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf8_is_decoded_as_it_is(text):
    """UTF-8 needs no remark."""
    assert decode(text.encode(), source="x") == (text.removeprefix("\ufeff"), "")


def test_byte_order_mark_and_line_ends_are_made_uniform():
    """A BOM goes, CRLF and CR become LF."""
    assert decode(codecs.BOM_UTF8 + b"a\r\nb\rc\n", source="x") == ("a\nb\nc\n", "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_utf16_with_a_mark_is_read(encoding):
    """The mark says which it is."""
    assert decode("é".encode(encoding), source="x") == ("é", f"Read as {encoding.upper()}.")


def test_other_bytes_are_read_as_windows_1252_and_said():
    """0xE9 alone is no UTF-8 but an é in Windows-1252."""
    assert decode(b"a\ncaf\xe9", source="x") == (
        "a\ncafé",
        "Not UTF-8 (line 2); read as Windows-1252.",
    )


def test_a_wrong_byte_does_not_damage_the_rest():
    """Mostly UTF-8 stays UTF-8."""
    text, note = decode("é—é".encode() + b"\xff", source="x")
    assert text == "é—é\ufffd"
    assert note == "Not all of it is UTF-8; 1 wrong, shown as \ufffd, from line 1."


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\0\0", b"a\0b", bytes(range(1, 32)), "a".encode("utf-16-le")]
)
def test_binary_is_refused_with_a_remedy(data):
    """NUL bytes or many control characters are no text."""
    with pytest.raises(GuideError, match=r"guide\.md is not a text file") as caught:
        decode(data, source="guide.md")
    assert "UTF-8" in caught.value.remedy


def test_control_characters_are_removed_and_said():
    """An escape sequence must not reach a terminal; tabs stay."""
    assert decode(b"a\tb\x1b[31mred" + b"." * 20, source="x") == (
        "a\tb[31mred" + "." * 20,
        "Control characters removed: 1.",
    )
