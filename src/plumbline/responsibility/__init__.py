"""Letters of responsibility, duties and contact points."""
