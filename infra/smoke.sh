#!/bin/sh
# Looks at a deployed app: alive, ready, and serving its description. One argument: its address.
set -eu
url="${1:?the address of the app}"
for path in /health/live /health/ready /api/v1/openapi.json; do
  echo "$path"
  curl --fail --silent --show-error --max-time 30 --retry 10 --retry-delay 6 --retry-all-errors \
    --output /dev/null "$url$path"
done
