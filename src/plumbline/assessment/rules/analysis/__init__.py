"""The analysis of performance: a wide table made comparable and summed up, and what a result says about its indicators.

Everything here is for understanding and for mending the measure: floats, and never a score or a grade (docs/algorithms/).
"""

CONSISTENT, FAIRLY_CONSISTENT = 0.8, 0.6
"""Cronbach's alpha from which a block is called consistent, and fairly so: customs of the field, not tests."""
