"""Alarms, requests, preservations."""
