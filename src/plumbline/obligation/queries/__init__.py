"""Reads of the area obligation."""
