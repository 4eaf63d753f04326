"""Writes of the area obligation."""
