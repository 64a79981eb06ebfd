"""babelwire: a multilingual news-ingestion pipeline, from files of articles to a lake of Parquet."""

from importlib.metadata import version

__version__ = version("babelwire")
