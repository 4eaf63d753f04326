"""How long planning a year takes: 1,500 organisations and 50,000 members, in a database of its own."""
