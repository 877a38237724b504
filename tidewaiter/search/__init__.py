"""One box over everything one may see; watch lists; similar cases and pictures."""
