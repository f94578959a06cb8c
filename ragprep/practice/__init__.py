"""Practising until the interview: what is asked next, what an answer leaves out, what is kept."""
