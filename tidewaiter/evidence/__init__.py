"""Evidence: exhibits, their seals and their custody, from the scene to the court and the furnace."""
