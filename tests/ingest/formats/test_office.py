"""Word documents and EPUB books by their structure; what is not read names a way."""

from __future__ import annotations

import io
import zipfile

import pytest

from ragprep.errors import GuideError

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
STYLES = (
    f'<w:styles {W}><w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:styleId="My"><w:name w:val="mine"/><w:basedOn w:val="H2"/></w:style>'
    '<w:style w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="C"><w:name w:val="Source Code"/></w:style></w:styles>'
)
NUMBERING = (
    f'<w:numbering {W}><w:abstractNum w:abstractNumId="1">'
    '<w:lvl w:ilvl="0"><w:numFmt w:val="decimal"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:numFmt w:val="bullet"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="5"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)


def p(text: str, style: str = "", *, bold: bool = False, depth: int = -1) -> str:
    numbering = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="5"/></w:numPr>'
    looks = "<w:rPr><w:b/></w:rPr>" if bold else ""
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{numbering if depth >= 0 else ""}</w:pPr>'
        f"<w:r>{looks}<w:t>{text}</w:t></w:r></w:p>"
    )


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{p(cell)}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


def archive(members: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        for name, text in members.items():
            file.writestr(name, text)
    return data.getvalue()


def docx(*body: str) -> bytes:
    text = f"<w:document {W}><w:body>{''.join(body)}</w:body></w:document>"
    return archive(
        {"word/document.xml": text, "word/styles.xml": STYLES, "word/numbering.xml": NUMBERING}
    )


def test_headings_lists_and_code_of_word_are_read(guide):
    """By their styles, also by one that is based on a heading; lines count paragraphs."""
    data = docx(
        p("Notes", "T"),
        p("What is RAID?", "H2"),
        p("Many ") + p("disks.", bold=True),
        p("one", depth=0) + p("inner", depth=1) + p("two", depth=0),
        p("What is LVM?", "My"),
        p("pvcreate x", "C") + p("lvcreate y", "C"),
    )
    assert [(e.question, e.answer, e.lines) for e in guide(data, "a.docx").entries] == [
        (
            "What is RAID?",
            "Many\n\n**disks.**\n\n1. one\n    - inner\n2. two",
            (2, 7),
        ),
        ("What is LVM?", "```\npvcreate x\nlvcreate y\n```", (8, 10)),
    ]


ROWS = (("Question", "Answer"), ("What is RAID?", "Many disks."), ("What is LVM?", "Volumes."))
TEXTS = ("What is RAID?", "Many disks.", "What is LVM?", "Volumes.")
BODIES = {
    "table": table(*ROWS),
    "bold": "".join(p(text, bold=at % 2 == 0) for at, text in enumerate(TEXTS)),
    "letters": "".join(p(f"{'QA'[at % 2]}: {text}") for at, text in enumerate(TEXTS)),
    "numbers": p("1. What is RAID?") + p(TEXTS[1]) + p("2. What is LVM?") + p(TEXTS[3]),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_way_to_write_questions_is_read(entries, body):
    """Each says the same two things."""
    assert entries(docx(body), "a.docx") == [
        ("What is RAID?", "Many disks."),
        ("What is LVM?", "Volumes."),
    ]


BOMB = f'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document {W}>&b;</w:document>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        archive({"a.txt": "x"}),
        archive({"word/document.xml": "<w:document"}),
        archive({"word/document.xml": ""}),
        archive({"word/document.xml": BOMB}),
        archive({"word/document.xml": "<a>" * 5000 + "</a>" * 5000}),
        docx(p("x"))[:-40],
    ],
)
def test_what_is_no_word_document_is_refused(guide, data):
    """Empty, cut, another archive, entities that grow, nesting without end."""
    with pytest.raises(GuideError, match=r"a\.docx"):
        guide(data, "a.docx")


def epub(**pages: str) -> bytes:
    items = "".join(
        f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>'
        for name in pages
    )
    order = "".join(f'<itemref idref="{name}"/>' for name in reversed(pages))
    return archive(
        {
            "META-INF/container.xml": '<container><rootfile full-path="OPS/a.opf"/></container>',
            "OPS/a.opf": f"<package><manifest>{items}</manifest><spine>{order}</spine></package>",
            **{f"OPS/{name}.xhtml": text for name, text in pages.items()},
        }
    )


def test_pages_of_a_book_are_read_in_its_order(guide):
    """Not that of the archive; lines run on: the second page begins at line 3."""
    data = epub(
        second="<html><body>\n<h2>What is LVM?</h2><p>Volumes.</p></body></html>",
        first="<html><body><h2>What is RAID?</h2>\n<p>Many disks.</p></body></html>",
    )
    assert [(e.question, e.answer, e.lines) for e in guide(data, "a.epub").entries] == [
        ("What is RAID?", "Many disks.", (1, 2)),
        ("What is LVM?", "Volumes.", (4, 4)),
    ]


@pytest.mark.parametrize(
    "data",
    [b"", archive({}), archive({"META-INF/container.xml": "<rootfile full-path='no.opf'/>"})],
)
def test_what_is_no_book_is_refused(guide, data):
    """Without a container or a package."""
    with pytest.raises(GuideError, match=r"a\.epub is damaged"):
        guide(data, "a.epub")


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("a.pdf", "`pdftotext -layout a.pdf a.txt`"),
        ("a.odt", "`pandoc a.odt -t gfm -o a.md`"),
        ("a.xlsx", "saving the sheet as CSV"),
    ],
)
def test_kinds_that_are_not_read_name_a_way(guide, name, way):
    """They keep looks, not structure."""
    with pytest.raises(GuideError) as caught:
        guide(b"%PDF-1.7", name)
    assert way in caught.value.remedy


def test_altered_documents_and_books_are_read_or_refused(accounted, altered):
    """Of the archives, which are not packed: their XML is altered too."""
    for data in altered(docx(p("What is RAID?", "H2"), p("Many.", depth=1), table(*ROWS))):
        accounted(data, "a.docx")
    for data in altered(epub(first="<h2>What is RAID?</h2><p>Many disks.</p>")):
        accounted(data, "a.epub")
