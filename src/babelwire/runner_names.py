"""What `--runner` can be given. Imports no Prefect, so that a wrong name is told before a server starts."""

from __future__ import annotations

from babelwire.errors import UsageError

LOCAL, DASK, RAY = "local", "dask", "ray"


def kind_of(name: str) -> tuple[str, str]:
    """The kind of a runner and its address, empty where it has none: `dask://host:8786` is `dask` and `host:8786`.

    Raises:
        UsageError: there is no such runner.
    """
    kind, _, address = name.partition("://")
    if name == LOCAL or kind == RAY or (kind == DASK and address):
        return kind, address
    raise UsageError(f"There is no runner {name}. Give --runner local, dask://HOST:PORT or ray.")
