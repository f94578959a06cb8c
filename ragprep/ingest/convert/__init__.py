"""What several formats need to become Markdown or cards; each module is imported when needed."""
