"""How fast a wide table is made into an index and an analysis of its indicators, against pandas and scipy."""
