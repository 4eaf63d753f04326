"""Reads of the area voice."""
