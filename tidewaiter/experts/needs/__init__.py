"""Needs assessment: the questionnaire, and the picture that answers make."""
