"""Pages of voice: opinions, consultations and their answers."""
