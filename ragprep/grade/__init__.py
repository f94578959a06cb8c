"""Grading a person's own answer, point by point: key points, judge, score."""
