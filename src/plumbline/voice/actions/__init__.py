"""Writes of the area voice."""
