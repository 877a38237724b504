"""Alerts, bulletins, reports, case studies, training documents and links: written,
approved, published to those they are for.
"""
