"""E-mail: newsletters and dispatches as articles."""
