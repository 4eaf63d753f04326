"""Plumbline (准绳): duties, organisation life, voices and open assessment on evidence that anyone may check."""

__version__ = "0.1.0"
