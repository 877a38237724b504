"""Versioned reference lists with validity dates and labels in many languages."""
