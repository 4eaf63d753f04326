"""How fast the board of lights answers: a county by unit, a province by district, beside the same rows read into pandas."""
