"""News feeds (RSS, Atom): their entries as inputs."""
