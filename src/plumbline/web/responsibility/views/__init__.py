"""Views of letters of responsibility, duties and contact points."""
