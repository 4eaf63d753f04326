"""The one door of the area disclosure: what organisations publish, to whom, and how it is asked for."""
