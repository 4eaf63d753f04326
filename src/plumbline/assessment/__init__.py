"""The assessment: schemes, rounds, and results that explain themselves."""
