#!/bin/sh
# Migrates an empty database with the image of the merge base, and then with the image of this commit, as a deployment does.
# Database and migrations run in one network of the engine, so that the database is at 127.0.0.1.
# usage: sh test-migrations.sh
set -eu

name=ticket-desk-migrations-${CI_JOB_ID:-local}
base=${CI_MERGE_REQUEST_DIFF_BASE_SHA:-${CI_COMMIT_BEFORE_SHA:-}}
work=$(mktemp -d)

clean() {
    docker rm --force --volumes "$name-redis" "$name-database" >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap clean EXIT
trap 'exit 130' INT TERM HUP

# usage: build VERSION FOLDER
build() {
    echo "$1: build the image"
    docker build --quiet --tag "$name:$1" \
        --file "$2"/infra/docker/Dockerfile \
        "$2"/.
}

# usage: migrate VERSION
migrate() {
    echo "$1: migrate"
    docker run --rm --network "container:$name-database" \
        --env DATABASE_URL=postgresql://test:test@127.0.0.1:5432/test \
        --env REDIS_URL=redis://127.0.0.1:6379/0 \
        --env SESSION_SECRET=test-only-session-secret-which-is-no-secret \
        "$name:$1" sh -c 'migrate "$HOME" && true'
}

docker run --detach --name "$name-database" --env POSTGRES_USER=test --env POSTGRES_PASSWORD=test \
    --env POSTGRES_DB=test "$DATABASE_IMAGE" >/dev/null
docker run --detach --name "$name-redis" --network "container:$name-database" "$REDIS_IMAGE" >/dev/null
tries=60
until docker exec "$name-database" pg_isready --quiet --host 127.0.0.1 --username test; do
    tries=$((tries - 1))
    if [ "$tries" = 0 ]; then
        echo "error: the database did not start; read its log above" >&2
        docker logs "$name-database" >&2
        exit 1
    fi
    sleep 1
done

if [ -n "$base" ] && git cat-file -e "$base:"infra/docker/Dockerfile 2>/dev/null; then
    git archive "$base" | tar -x -C "$work"
    build before "$work"
    migrate before
else
    echo "before: there is no earlier commit with an image; only the migrations of this commit run"
fi
build now .
migrate now
