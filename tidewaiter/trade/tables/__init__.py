"""Other people's trade tables: which column says what, what their cells mean, what of them was not understood."""
