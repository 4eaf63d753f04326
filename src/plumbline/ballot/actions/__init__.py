"""Writes of the area ballot."""
