"""Grading a person's own answer, point by point: rules, reader, contradictions, score."""
