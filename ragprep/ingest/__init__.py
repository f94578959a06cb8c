"""Ingest: a guide file becomes entries, an entry becomes key points and views; nothing else.

It exports nothing: a query looks at the time of a guide's change and must not load the parser.

corpus.py    reads files (nothing else does)
repair.py    bytes -> sound text
markdown.py  text -> entries and remarks, by marks.py, outline.py, remarks.py, plain.py
points.py    answer -> key points and plain text
views.py     entry -> views
aliases.py   the file of aliases beside a guide
"""
