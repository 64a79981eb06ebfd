"""Compressed files, archives and web archives, opened without being unpacked whole."""
