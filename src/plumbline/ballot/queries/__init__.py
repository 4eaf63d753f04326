"""Reads of the area ballot."""
