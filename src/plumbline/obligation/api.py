"""The one door of the area obligation: required rhythms, what is owed by a date, lights and supervision slips."""
