"""How fast pages are: SQL statements and server time of each, at the county's size and at ten times that.

Named peers, measured in the same run: Django's own admin list of the same table, and the bare query of one page of rows.
"""
