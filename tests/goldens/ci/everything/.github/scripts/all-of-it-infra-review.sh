#!/bin/sh
# Keeps the plan of an environment in a comment of the pull request. `write` writes it, and `read` prints the fingerprint in
# the comment of the pull request that a commit was merged by.
# usage: sh .github/scripts/all-of-it-infra-review.sh write ENVIRONMENT NUMBER FILE
#        sh .github/scripts/all-of-it-infra-review.sh read ENVIRONMENT
set -eu

repository=repos/$GITHUB_REPOSITORY
title="### all-of-it: plan of $2"

# The comments of this pipeline: nobody else can write as github-actions[bot].
comments() {
    gh api --paginate "$repository/issues/$1/comments" \
        --jq ".[] | select(.user.login == \"github-actions[bot]\" and (.body | startswith(\"$title\"))) | $2"
}

case $1 in
    write)
        body=$(printf '%s\n\n%s\n' "$title" "$(cat "$4")" | jq --raw-input --slurp '{body: .}')
        comment=$(comments "$3" .id | head -n 1)
        if [ -n "$comment" ]; then
            printf %s "$body" | gh api --method PATCH "$repository/issues/comments/$comment" --input - >/dev/null
        else
            printf %s "$body" | gh api --method POST "$repository/issues/$3/comments" --input - >/dev/null
        fi
        ;;
    read)
        number=$(gh api "$repository/commits/$GITHUB_SHA/pulls" --jq '[.[] | select(.merged_at != null)][0].number // empty')
        [ -z "$number" ] || comments "$number" .body | sed -n 's/^Plan: //p' | head -n 1
        ;;
esac
