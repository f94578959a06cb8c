"""Text as such: no guide, no model; pure."""
