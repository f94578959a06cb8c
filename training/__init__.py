"""What makes every fitted file of the package: see README.md. It is not installed."""
