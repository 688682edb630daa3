"""Point-cloud completion: a shape seen in part, and imagined whole."""
