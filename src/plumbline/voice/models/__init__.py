"""Tables: opinions, consultations and their answers."""
