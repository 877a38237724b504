"""The off-line desk: a post without a line enters, checks, photographs, and nothing is lost or sent twice."""
