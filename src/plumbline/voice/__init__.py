"""Opinions, consultations and their answers."""
