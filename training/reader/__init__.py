"""What the trained reader learns from, its networks, their training and their export."""
