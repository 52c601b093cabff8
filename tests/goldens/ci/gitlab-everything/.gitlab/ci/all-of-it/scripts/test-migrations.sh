#!/bin/sh
# Migrates an empty database with the image of the merge base, and then with the image of this commit, as a deployment does.
# Database and migrations run in one network of the engine, so that the database is at 127.0.0.1.
# usage: sh test-migrations.sh
set -eu

name=all-of-it-migrations-${CI_JOB_ID:-local}
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
        --file "$2"/'apps/all/infra/my docker/Dockerfile' \
        --build-arg 'MODE=a b' \
        --secret id=INDEX_TOKEN,env=INDEX_TOKEN \
        "$2"/apps/all/../..
}

# usage: migrate VERSION
migrate() {
    echo "$1: migrate"
    docker run --rm --network "container:$name-database" \
        --env DATABASE_URL=postgresql://test:test@127.0.0.1:5432/test \
        --env REDIS_URL=redis://127.0.0.1:6379/0 \
        --env SESSION_SECRET=test-only-session-secret-which-is-no-secret \
        --env 'GREETING=it'"'"'s "5 $" # not a comment' \
        "$name:$1" node migrate.js 'it'"'"'s "quoted"'
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

if [ -n "$base" ] && git cat-file -e "$base:"'apps/all/infra/my docker/Dockerfile' 2>/dev/null; then
    git archive "$base" | tar -x -C "$work"
    build before "$work"
    migrate before
else
    echo "before: there is no earlier commit with an image; only the migrations of this commit run"
fi
build now .
migrate now
