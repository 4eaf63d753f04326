"""Reads of the area responsibility."""
