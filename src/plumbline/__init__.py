"""Plumbline (准绳): duties, organisation life, voices and open assessment on evidence that anyone may check."""

import os

__version__ = "0.1.0"

# Where lxml is installed (Word needs it), openpyxl reads with it, and no longer with defusedxml, which refuses entity bombs.
os.environ["OPENPYXL_LXML"] = "False"
