#!/bin/sh
# Migrates an empty database with the image of an earlier commit, then with the image of the working tree, as a deployment
# would. Needs PostgreSQL at 127.0.0.1:5432 with a user, a password and a database `test`.
# usage: sh .github/scripts/test-migrations.sh [COMMIT]
set -eu

commit=${1:-HEAD^1}
cd "$(git rev-parse --show-toplevel)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# usage: migrate NAME FOLDER
migrate() {
    echo "$1: build the image"
    docker build --quiet --tag "ticket-desk-migrations:$1" \
        --file "$2"/infra/docker/Dockerfile \
        "$2"/.
    echo "$1: migrate"
    docker run --rm --network host \
        --env DATABASE_URL=postgresql://test:test@127.0.0.1:5432/test \
        --env REDIS_URL=redis://127.0.0.1:6379/0 \
        --env SESSION_SECRET=test-only-session-secret-which-is-no-secret \
        "ticket-desk-migrations:$1" sh -c 'migrate "$HOME" && true'
}

if git cat-file -e "$commit:"infra/docker/Dockerfile 2>/dev/null; then
    git archive "$commit" | tar -x -C "$work"
    migrate before "$work"
else
    echo "before: $commit has no image to build; only the new migrations run"
fi
migrate now .
