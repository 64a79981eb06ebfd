"""Feeds and pages fetched from the web, politely and safely."""
