"""The nouns of ragprep as frozen dataclasses, a module a subject; standard library only."""
