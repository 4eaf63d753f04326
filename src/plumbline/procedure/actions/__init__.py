"""Writes of the area procedure."""
