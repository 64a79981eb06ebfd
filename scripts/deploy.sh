#!/bin/sh
# Makes the work pool and the deployments of prefect.yaml on the server that PREFECT_API_URL names. A pool that is there
# stays as it is: paused, if somebody paused it.
set -eu
cd "$(dirname "$0")/.."
prefect work-pool inspect babelwire >/dev/null 2>&1 || prefect work-pool create babelwire --type process
prefect --no-prompt deploy --all
