#!/bin/sh
# What a container of the application's image does:
#   serve    the application (the default)
#   migrate  bring the database to the model, then end
#   health   say whether the application answers
#   ...      any other command, such as `dazzle db status`
set -eu

revisions=.dazzle/migrations/versions
committed=$(dirname "$0")/migrations/versions

case "${1:-serve}" in
  serve)
    # Not `dazzle serve --production`: 0.125 ends there when the database is up to date.
    exec uvicorn dazzle.http.runtime.app_factory:create_app_factory --factory \
      --host 0.0.0.0 --port "${PORT:-8000}" --workers "${WEB_CONCURRENCY:-1}" --proxy-headers
    ;;

  migrate)
    # `dazzle db` would take it for the name of an environment in dazzle.toml.
    unset DAZZLE_ENV
    mkdir -p "$revisions"
    if ls "$committed"/*.py >/dev/null 2>&1; then
      cp "$committed"/*.py "$revisions"/
    fi

    # What is derived from the model's tables has to wait until all of them are there.
    dazzle db upgrade --no-rls --no-search

    # What the revisions do not say yet: written as one more, kept in the volume beside the data that it describes.
    if ls "$revisions"/*.py >/dev/null 2>&1; then
      dazzle db migrate
    else
      dazzle db baseline --apply
    fi

    dazzle db upgrade
    ;;

  health)
    exec python -c 'import os, urllib.request as request
request.urlopen("http://127.0.0.1:" + os.environ.get("PORT", "8000") + os.environ.get("HEALTH_PATH", "/health"), timeout=2)'
    ;;

  *)
    if [ "$1 ${2:-}" = "dazzle db" ]; then
      unset DAZZLE_ENV
    fi
    exec "$@"
    ;;
esac
