"""Views of required rhythms, what is owed by a date, lights and supervision slips."""
