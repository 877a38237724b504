"""Tests of the experts' room."""
