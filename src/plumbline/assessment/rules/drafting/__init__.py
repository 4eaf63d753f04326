"""Drafting a scheme: its parts as fields, its tree under change, two wordings compared, and the workbook it travels in."""
