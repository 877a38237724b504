"""One definition file a commodity, and every face of it."""
