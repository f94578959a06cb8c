"""What the reader of assertions learns from, its network, its training and its export."""
