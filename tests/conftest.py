"""Fixtures shared by all tests; none leaves the machine."""

import os

os.environ.update(DO_NOT_TRACK="1", PREFECT_SERVER_ANALYTICS_ENABLED="false")
for name in [n for n in os.environ if n.startswith("BABELWIRE_") or n == "PREFECT_API_URL"]:
    del os.environ[name]
# A translation memory or a model of this machine's user would decide what the tests see.
os.environ["BABELWIRE_TRANSLATION__MEMORY"] = "none"
os.environ["BABELWIRE_TRANSLATION__MODELS"] = "/nonexistent"
