"""Cleaning: from a parsed document to an article of repaired paragraphs, with what newsrooms put around them set apart."""

from babelwire.cleaning.clean import Clean

__all__ = ["Clean"]
