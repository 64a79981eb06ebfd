"""What analysts ask a lake for."""
