"""The trained cross-encoder that reads an answer beside an entry."""
