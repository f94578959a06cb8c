"""HTML pages: what is a heading, a list, a fold or a table in them is one in Markdown."""

from __future__ import annotations

import pytest
from processor import in_proportion

from ragprep.ingest.convert.hypertext import to_markdown
from ragprep.types.guide import Role

PAGE = """<!DOCTYPE html>
<html><head><title>Notes</title><style>h2 {color: red}</style></head>
<body>
<nav><ul><li><a href="#raid">Why?</a></li></ul></nav>
<h2 id="raid">What is
  <code>RAID</code>?<a class="headerlink" href="#raid">¶</a></h2>
<p>Many <b>disks</b> as
one.</p>
<script>var x = "<h2>What is a script?</h2>";</script>
<h2>What is LVM?</h2>
<ul><li>volumes<ul><li>over disks</li></ul></li></ul>
<footer>What is a footer?</footer>
</body></html>
"""


def test_headings_are_entries_with_the_lines_of_the_page(guide):
    """A heading and a paragraph over two lines each; what follows begins after them."""
    read = guide(PAGE, "a.html")
    assert [(e.question, e.answer, e.lines) for e in read.entries] == [
        ("What is RAID?", "Many **disks** as one.", (5, 8)),
        ("What is LVM?", "- volumes\n    - over disks", (10, 11)),
    ]


def test_what_is_no_content_is_named_in_the_account(guide):
    """Navigation and the footer with their lines; scripts and the head as settings."""
    spans = [(s.first, s.role, s.reason) for s in guide(PAGE, "a.html").account]
    assert (4, Role.LEFT_OUT, "navigation of the page") in spans
    assert (12, Role.LEFT_OUT, "footer of the page") in spans
    assert (9, Role.METADATA, "scripts and styles") in spans
    assert (2, Role.METADATA, "head of the page") in spans


@pytest.mark.parametrize(
    "page",
    [
        "<details><summary>What is <i>RAID</i>?</summary><p>Many disks.</p></details>"
        "<details><summary>What is LVM?</summary>Volumes.</details>",
        "<table><tr><th>Question<th>Answer<tr><td>What is RAID?<td>Many disks."
        "<tr><td>What is LVM?<td>Volumes.</table>",
        "<table><tr><td>Question</td><td>Answer</td></tr><tr><td>What is RAID?</td><td>Many disks."
        "</td></tr><tr><td>What is LVM?</td><td>Volumes.</td></tr></table>",
        "<p><b>What is RAID?</b></p><p>Many disks.</p><p><b>What is LVM?</b></p><p>Volumes.</p>",
        "<div class='faq-question'>What is RAID?</div><div class=answer>Many disks.</div>"
        "<div class='faq-question'>What is LVM?</div><div class=answer>Volumes.</div>",
        "<div class=card><p class=front>What is RAID?</p><p class=back>Many disks.</p></div>"
        "<div class=card><p class=front>What is LVM?</p><p class=back>Volumes.</p></div>",
        "<dl><dt>What is RAID?</dt><dd>Many disks.</dd><dt>What is LVM?<dd>Volumes.</dl>",
        "<H3>What is RAID?</H3>Many disks.<H3>What is LVM?</H3>Volumes.",
        "<h3><button>What is RAID?</button></h3><div>Many disks.</div>"
        "<h3><button>What is LVM?</button></h3><div>Volumes.</div>",
        "<ul class=toggle><li><details open><summary>What is RAID?</summary><p>Many disks.</p>"
        "</details></li></ul><ul class=toggle><li><details open><summary>What is LVM?</summary>"
        "<p>Volumes.</p></details></li></ul>",
        "<p>Q: What is RAID?<br>A: Many disks.</p><p>Q: What is LVM?<br>A: Volumes.</p>",
        "<table><tr><td><h2>What is RAID?</h2><p>Many disks.</p><h2>What is LVM?</h2>Volumes."
        "</table>",
    ],
    ids=[
        *(
            "folds",
            "table",
            "table without th",
            "bold",
            "classes",
            "cards",
            "definitions",
            "capitals",
        ),
        *("buttons", "toggles of Notion", "line breaks", "a table for layout"),
    ],
)
def test_a_way_to_write_questions_is_read(entries, page):
    """Each says the same two things."""
    assert entries(page, "a.html") == [
        ("What is RAID?", "Many disks."),
        ("What is LVM?", "Volumes."),
    ]


def test_code_keeps_its_lines_and_signs(entries):
    """Entities are signs, and so are tags of a highlighter; backticks do not close the fence."""
    page = (
        "<h2>How do you list?</h2><pre><code class='language-sh'><span>ls</span> &lt;x&gt;\n"
        "\n```</code></pre>"
    )
    assert entries(page, "a.html") == [("How do you list?", "````sh\nls <x>\n\n```\n````")]


def test_text_is_not_read_as_markup():
    """Stars, tags written as entities, and a "#" at the start of a line."""
    assert to_markdown("<p>2*3*4 &lt;b&gt; &amp;lt;</p>") == r"2\*3\*4 &lt;b> &amp;lt;"
    assert to_markdown("<p># no title</p>") == r"\# no title"


def test_a_page_that_is_cut_or_wrong_is_read_as_far_as_it_goes(entries):
    """Tags that never close, close twice, or stand in the wrong place."""
    assert entries("<h2>What is RAID?</h2><p>Many <b>disks", "a.html") == [
        ("What is RAID?", "Many **disks**")
    ]
    assert entries("<nav><h2>What is RAID?</h2></p></ul></td>Many</b>", "a.html") == [
        ("What is RAID?", "Many")
    ]
    assert entries("<h2>What is a<b>c?</h2>a < b <!-- no end", "a.html")[0][1] == "a < b no end"


def test_bytes_of_other_encodings_are_read(entries):
    """A byte order mark, UTF-16 and Windows line ends."""
    page = "<h2>Was heißt RAID?</h2>\r\n<p>Viele.</p>\r\n"
    expected = [("Was heißt RAID?", "Viele.")]
    assert entries(page.encode("utf-8-sig"), "a.htm") == expected
    assert entries(page.encode("utf-16"), "a.htm") == expected


@pytest.mark.parametrize(
    "piece",
    [
        *("<", "<a ", "<a b='", '<a b="x" ', "<!--", "<![CDATA[", "<?", "<ul><li>", "<table><tr>"),
        *("<b>x", "<div class=question>", "<script>", "<pre>", "<td>", "</", "&", "<details>"),
        *("<blockquote>", "<nav>", "<a href=x>y", "<h1>", "<li>", "<dt>x", "<br>", "<b>x<br>"),
    ],
)
def test_hostile_pages_take_time_in_proportion(piece):
    """Fifty thousand of each."""
    with in_proportion():
        to_markdown(piece * 50_000)
