"""How fast the lights of a million obligations are found, beside the plain function and pandas."""
