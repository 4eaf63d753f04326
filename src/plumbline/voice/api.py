"""The one door of the area voice: opinions, consultations and their answers."""
