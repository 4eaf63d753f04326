"""Tables: letters of responsibility, duties and contact points."""
