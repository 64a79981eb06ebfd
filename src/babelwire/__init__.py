"""babelwire: a multilingual news-ingestion pipeline, from files of articles to a lake of Parquet."""

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from babelwire.lake import Lake as Lake

__version__ = version("babelwire")
__all__ = ["Lake", "__version__"]


def __getattr__(name: str) -> Any:
    # Lake brings pandas along, which the command line does not need to print its help.
    if name == "Lake":
        from babelwire.lake import Lake  # noqa: PLC0415

        return Lake
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
