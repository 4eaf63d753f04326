"""The one door of the area ballot: secret ballots that anybody can check."""
