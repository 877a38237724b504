"""Files of persons, companies, conveyances and links, as what they say of each."""
