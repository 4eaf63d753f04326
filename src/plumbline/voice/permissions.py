"""Who may: opinions, consultations and their answers."""
