"""Markdown as HTML for cards."""

from __future__ import annotations

from html import escape

import pytest

from ragprep.export.hypertext import text_to_html, to_html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**Bias**: error", "<p><strong>Bias</strong>: error</p>"),
        ("```python\na < b\n```", '<pre><code class="language-python">a &lt; b\n</code></pre>'),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("`a_b`", "<p><code>a_b</code></p>"),
        ("a & b", "<p>a &amp; b</p>"),
        ("", ""),
    ],
)
def test_markdown_is_rendered(markdown: str, html: str):
    assert to_html(markdown) == html


def test_a_table_is_one():
    html = to_html("| a | b |\n| - | - |\n| 1 | 2 |")
    assert html.startswith("<table>")
    assert html.count("<td>") == 2


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("so $x_i * y_i$ is", r"<p>so \(x_i * y_i\) is</p>"),
        ("$$a < b$$", r"<p>\[a &lt; b\]</p>"),
        ("$5 to $10", "<p>$5 to $10</p>"),
    ],
)
def test_a_formula_is_left_to_mathjax(markdown: str, html: str):
    """Its stars and underscores are no emphasis."""
    assert to_html(markdown) == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a<script>alert(1)</script>", "<p>aalert(1)</p>"),
        ('<img src=x onerror="alert(1)">', ""),
        ('<b onclick="alert(1)">a</b>', "<p><b>a</b></p>"),
        ("<details>\n<summary>More</summary>\n</details>", "More"),
        ("H<sub>2</sub>O<br/>", "<p>H<sub>2</sub>O<br></p>"),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        ("<div <script", "&lt;div &lt;script"),
        ("![a cat](https://x.org/c.png)", '<p><a href="https://x.org/c.png">a cat</a></p>'),
    ],
)
def test_a_guide_runs_nothing_and_loads_nothing(markdown: str, html: str):
    """Anki shows cards in a browser."""
    assert " ".join(to_html(markdown).split()) == html


def test_plain_text_is_no_markdown():
    """But for formulas."""
    assert text_to_html("*args < $x^2$?") == r"*args &lt; \(x^2\)?"


@pytest.mark.parametrize("text", ["[", "<!--", "<a ", "$", "*a", "|"])
def test_a_hostile_answer_ends(text: str):
    """50,000 characters are the most that are read as Markdown, and more are shown as they are."""
    assert to_html("Q\n\n" + text * (49_990 // len(text))).startswith("<p>Q</p>")
    longer = to_html(text * 50_001)
    assert longer.startswith("<pre>")
    assert longer.endswith(f"{escape(text[-1])}</pre>")
