"""What several exhibits need."""
