"""The trained cross-encoder that reads an answer together with the points of an entry."""
