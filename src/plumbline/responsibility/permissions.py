"""Who may: letters of responsibility, duties and contact points."""
