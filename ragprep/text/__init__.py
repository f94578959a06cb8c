"""Text as such: words, sentences, what is safe in a prompt; no guide, no model."""
