#!/bin/sh
# Makes the work pool and the deployments of prefect.yaml on the server that PREFECT_API_URL names.
set -eu
cd "$(dirname "$0")/.."
prefect work-pool create babelwire --type process --overwrite
prefect --no-prompt deploy --all
