"""Letters between people, offices and administrations of one node, with files, marks and clocks."""
