"""The encrypted store: its keys, its database, its files. Nothing of a sealed node lies on the disk in the clear."""
