"""Reads of the area procedure."""
