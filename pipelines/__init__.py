"""The Prefect flows: thin, over the stages and the lake of `babelwire`."""
