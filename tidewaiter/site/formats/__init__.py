"""How dates and numbers are written where Django's own way would not be read alike by all."""
