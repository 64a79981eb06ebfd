"""The night: what it takes in and when, how it is served, and whom it tells."""
