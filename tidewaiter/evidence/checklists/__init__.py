"""Checklists of scenes: steps, legal bases, forms and words of the receipt, as data that a steward edits."""
