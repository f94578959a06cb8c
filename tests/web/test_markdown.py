"""Markdown as HTML: what is shown, and what never gets through."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from ragprep.web.pages.markdown import MAX_CHARS, answer_html, entry_html


def cited(label: str) -> Markup | None:
    """Return a citation of the one entry there is."""
    return Markup("<cite>q3</cite>") if label == "q3" else None


def test_an_entry_has_code_tables_and_emphasis() -> None:
    """A code block can be scrolled by keyboard, a table too."""
    html = entry_html("**Bold** `x`\n\n```python\na < b\n```\n\n| a |\n|:-:|\n| 1 |\n")
    assert "<strong>Bold</strong> <code>x</code>" in html
    assert '<pre tabindex="0"><code>a &lt; b\n</code></pre>' in html
    assert '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>' in html
    assert "style" not in html


def test_headings_begin_below_those_of_the_page() -> None:
    """The page has the first two levels."""
    assert entry_html("# A\n\n##### B") == "<h3>A</h3>\n<h6>B</h6>\n"


@pytest.mark.parametrize("math", ["$a_1 * b_2$", "$$x_i\n= y_i$$", r"\(a_1\)", r"\[b * c * d\]"])
def test_mathematics_is_text(math: str) -> None:
    """Its underscores and stars are not emphasis."""
    assert entry_html(math) == f'<p><code class="math">{math}</code></p>\n'


def test_prices_are_not_mathematics() -> None:
    """A dollar before a figure and another one later do not make a formula."""
    assert entry_html("from $5 to $10") == "<p>from $5 to $10</p>\n"


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("[a](/guides)", '<a rel="noopener noreferrer nofollow">a</a>'),
        ("![a cat](https://x.example/c.png)", "[picture: a cat]"),
        (
            "[a](https://x.example/)",
            '<a href="https://x.example/" rel="noopener noreferrer nofollow">a</a>',
        ),
    ],
)
def test_nothing_of_a_guide_runs_or_loads(markdown: str, html: str) -> None:
    """HTML is text, pictures are their names, and only links that lead out are links."""
    assert entry_html(markdown) == f"<p>{html}</p>\n"


@pytest.mark.parametrize("mark", ["![", "[", "*", "<", "**a", "[a](", "\\("])
def test_a_paragraph_that_would_take_seconds_is_shown_as_it_stands(mark: str) -> None:
    """40,000 characters are not read as Markdown; the paragraphs around them are."""
    marks = mark * (40_000 // len(mark))
    before, _, shown, after = entry_html(f"**Before**\n\n*a* {marks}\n\n**after**").splitlines()
    assert (before, after) == ("<p><strong>Before</strong></p>", "<p><strong>after</strong></p>")
    assert shown == f"*a* {escape(marks)}</p>"


@pytest.mark.parametrize(("length", "html"), [(MAX_CHARS, "<em>"), (MAX_CHARS + 1, "*a")])
def test_a_paragraph_of_4000_characters_is_read(length: int, html: str) -> None:
    """One more is too many, in an answer too."""
    paragraph = f"*{'a' * (length - 2)}*"
    assert html in entry_html(paragraph)
    assert html in answer_html(paragraph, cited)


def test_an_answer_has_its_citations() -> None:
    """Also between lists and sentences; a marker that is no label stays as it is."""
    html = answer_html("Two things: [q3]\n- one [q3]\n- x[0]\nThen more. [q3]", cited)
    assert html == (
        "<p>Two things: <cite>q3</cite></p>\n"
        "<ul>\n<li>one <cite>q3</cite></li>\n<li>x[0]</li>\n</ul>\n"
        "<p>Then more. <cite>q3</cite></p>\n"
    )


def test_code_in_an_answer_has_no_citations() -> None:
    """`a[q3]` is an index there."""
    html = answer_html("```\na[q3]\n```\n[q3]", cited)
    assert html == '<pre tabindex="0"><code>a[q3]\n</code></pre>\n<p><cite>q3</cite></p>\n'


def test_an_answer_has_no_links_and_keeps_names() -> None:
    """A model's link leads nowhere; `__init__` is not bold, `**this**` is."""
    html = answer_html("[a](https://x.example) **b** call __init__ <https://x.example>", cited)
    assert html == (
        "<p>[a](https://x.example) <strong>b</strong> call __init__ &lt;https://x.example&gt;</p>\n"
    )


@given(st.text(alphabet="<>&\"'[]()!`$\\_*#|-q3 \n\ue000\ue001", max_size=60))
def test_no_text_makes_a_tag_of_its_own(text: str) -> None:
    """Whatever stands in an answer, the only tags are those that Markdown makes."""
    html = answer_html(text, cited)
    assert "onerror" not in html
    assert "\ue000" not in html
    assert "<script" not in html
