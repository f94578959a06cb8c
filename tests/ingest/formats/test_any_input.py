"""Whatever a file holds: every line is accounted for, nothing but GuideError is raised."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragprep.ingest.formats import FORMATS

TEXT_FORMATS = [item for item in FORMATS if not item.binary]
BINARY_FORMATS = [item for item in FORMATS if item.binary]

# "~" stands for a line end, "_" for a blank
SIGNS = {
    "anki": '#separator:tab~ #html:true~ {{c1:: }} :: " #deck_column:1~ #tags_column:2~ \t',
    "html": "<h2> </h2> <li> <ul> </ul> <table> <tr> <td> </table> <b> </b> <pre> </pre> <p> </p> "
    "<details> <summary> </summary> </details> <dt> <dd> <a_href=x> </a> <br> <!-- --> <script> "
    "</script> &lt; <nav> </nav> < <blockquote> <button> </button> <div_class=question> </div>",
    "csv": ', ; " "" \t Question Answer ~ option_a 1 sep=;~',
    "json": '{"question":_" ","answer":_" "} [ ] , " \\u0000 \\ud800 { } 1 "a": ~',
    "yaml": "-_ question:_ answer:_|~ __ &a_ *a { } :_ ' ---~ ?_ [ ] # !!str_",
    "notebook": '{"cells":_[ {"cell_type":_"markdown","source":_[ "##_x?\\n" ]} ]} , "code" ~',
    "org": "*_ **_ :drill: :END:~ :PROPERTIES:~ #+begin_src~ #+end_src~ |_a_|~ -_ _::_ [[ ]] = "
    "**_Front~ **_Back~ #+ COMMENT_ :_",
    "rst": "---~ ===~ .._note::_ ___ ::~~ `` ` +--+~ |_ ===_===~ *_ #._ .._ :a:_ >`_ "
    ".._dropdown::_ .._list-table::~ ___*_-_ .._code::~",
    "asciidoc": "==_ ----~ ====~ |===~ | ::_ *_ ._ +~ [qanda]~ [%collapsible]~ .T~ //~ << "
    "image::a[]~ ____~ ++++~ NOTE:_",
}
COMMON = ["\n", "\n\n", " ", "What is a?", "b", "Text with words.", "é", "\x00", "：", "?", "1."]


def texts(name: str) -> st.SearchStrategy[str]:
    """Return texts made of a format's own signs and of anything."""
    signs = SIGNS.get(name, "#_ -_ ::_ ? ``` > |").replace("~", "\n").split(" ")
    pieces = st.sampled_from([*(sign.replace("_", " ") for sign in signs), *COMMON])
    return st.lists(pieces | st.text(max_size=5), max_size=60).map("".join)


@pytest.mark.parametrize("item", TEXT_FORMATS, ids=lambda item: item.name)
@settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
@given(data=st.data())
def test_every_line_of_any_text_is_accounted_for(accounted, item, data):
    """Texts of each format's signs, whole and cut."""
    text = data.draw(texts(item.name))
    name = f"a{item.suffixes[0]}" if item.suffixes else "a.txt"
    accounted(text.encode("utf-8", "replace"), name)


@pytest.mark.parametrize("item", BINARY_FORMATS, ids=lambda item: item.name)
@settings(max_examples=30, deadline=None, suppress_health_check=[*HealthCheck])
@given(data=st.binary(max_size=200))
def test_any_bytes_are_refused_or_read(accounted, item, data):
    """Bytes that are no archive."""
    accounted(data, f"a{item.suffixes[0]}")
    accounted(b"PK\x03\x04" + data, f"a{item.suffixes[0]}")
