"""From a query to hits, and from an entry to related ones."""
