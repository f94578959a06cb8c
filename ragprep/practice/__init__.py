"""Practising until the interview: what is asked next, what an answer leaves out, what is kept.

session.py   a practice session as a state machine, for a terminal or a page
mock.py      a mock interview; report.py writes what came of it
left_out.py  what to fix first, and the second question about an answer (pure)
begin.py     a session or an interview from the history; keeping.py records in it
schedule.py  when an entry is asked again, queue.py what is asked today (pure)
journal.py   the log of reviews, in SQLite
"""
