"""The national registry: persons, companies, conveyances, their links; screening; resolution of doubles."""
