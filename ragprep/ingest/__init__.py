"""Ingest: a file becomes a guide of entries, an entry becomes key points and views; nothing else.

It exports nothing: a query looks at the time of a guide's change and must not load the parser.

corpus.py    reads files (nothing else does): folders.py and ignore.py say which
repair.py    bytes -> sound text
formats/     text or bytes -> document.py: Markdown with its lines, or cards
markdown.py  document -> guide:
             blocks.py what the lines are,
             marks.py (numbering, turns, oneline, notes, tables) what may open an entry,
             segment.py (outline, siblings, lists, ends) what does,
             topics.py (glossary) where nothing asks,
             questions.py and answers.py (options) their texts,
             account.py and diagnostics.py the rest,
             origin.py the lines of the file
points.py    answer -> key points and plain text
views.py     entry -> views
aliases.py   the file of aliases beside a guide
"""
