"""The three shapes, the only files that name optional rooms."""
