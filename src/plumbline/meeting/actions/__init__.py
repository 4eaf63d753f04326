"""Writes of the area meeting."""
