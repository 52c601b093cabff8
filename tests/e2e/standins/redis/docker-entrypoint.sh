#!/bin/sh
# As root: hand the folder to redis and become it.
set -eu

if [ "$1" = redis-server ] && [ "$(id -u)" = 0 ]; then
  chown -R redis: .
  exec setpriv --reuid=redis --regid=redis --clear-groups "$@"
fi

exec "$@"
