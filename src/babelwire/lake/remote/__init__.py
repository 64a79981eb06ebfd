"""A lake in an object store: its objects, the manifest that commits them, the copy that is written, the cache that is read."""
