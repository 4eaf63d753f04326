"""Reads of the area disclosure."""
