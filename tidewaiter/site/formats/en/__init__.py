"""English is read in every country here: 11/12 is two days, so dates are written as ISO 8601 has them."""
