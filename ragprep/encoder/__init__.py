"""The embedding model: prepared once, then texts in, unit vectors out."""
