"""Files of trade: opened, cleaned, made comparable, written."""
