"""How fast the uncertainty of a class is calculated, against plain numpy and pandas, and SALib's estimators."""
