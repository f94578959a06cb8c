"""Export: entries as notes of Anki.

hypertext.py  an answer's Markdown as HTML (pure)
notes.py      an entry as a note: its fields, tags, deck and guid (pure)
package.py    notes as a package that Anki imports (pure)
anki.py       the export: which entries, and the file
"""

from __future__ import annotations

from ragprep.export.anki import check_target, export_anki

__all__ = ["check_target", "export_anki"]
