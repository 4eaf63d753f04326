"""The analysis of performance: a wide table made comparable and summed up, and what a result says about its indicators.

Everything here is for understanding and for mending the measure: floats, and never a score or a grade (docs/algorithms/).
"""
