"""Images of devices and lists of their files: read as streams, however large."""
