"""The index: built from entries, kept in generations of files, read whole."""
