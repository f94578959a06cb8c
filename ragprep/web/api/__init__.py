"""The HTTP API under /api/v1: `wire`'s JSON of one `Prep`, for programs that hold the token.

app.py          the app, its errors and its OpenAPI document
shared.py       what routes share: parameters, responses, how work is run
schemas.py      shapes of results that `wire.shapes` has none of
sessions.py     what goes on over several requests, by name
reading.py      search, entries, related, grade, status, doctor, models, progress, due, history
answering.py    ask, chat
guides.py       guides, index
practising.py   sessions of practice
interviewing.py mock interviews, and the day of the real one
"""
