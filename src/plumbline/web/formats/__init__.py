"""How dates and times read, where Django's own way would be ambiguous."""
