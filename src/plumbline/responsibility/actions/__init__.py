"""Writes of the area responsibility."""
