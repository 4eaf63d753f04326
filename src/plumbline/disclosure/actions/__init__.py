"""Writes of the area disclosure."""
