"""The one door of the area responsibility: letters of responsibility, duties and contact points."""
