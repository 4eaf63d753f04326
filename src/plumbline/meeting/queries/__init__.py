"""Reads of the area meeting."""
