"""What the public may read: thresholds, hidden cells, overlapping editions."""
