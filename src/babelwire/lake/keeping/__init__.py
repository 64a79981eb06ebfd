"""A lake over the years: whether it is whole, few large files, and what killed runs left."""
