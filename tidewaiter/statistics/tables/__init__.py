"""Tables of two dimensions: made, kept, asked ready, given as files."""
