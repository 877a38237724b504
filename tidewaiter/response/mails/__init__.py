"""Facts of a fraudulent mail: from whom it says it is, where an answer goes, which accounts it names."""
