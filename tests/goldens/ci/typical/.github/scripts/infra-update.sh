#!/bin/sh
# Updates the generated files, commits them to a branch of their own and opens a pull request with the report. Conflicts are
# committed with their markers, and a person resolves them in the pull request. Without MAY_CHANGE_WORKFLOWS=true the files of
# the backend `ci` stay as they are.
# usage: [MAY_CHANGE_WORKFLOWS=true] sh .github/scripts/infra-update.sh
set -eu

branch=infra-update
base=${GITHUB_REF_NAME:-main}
title='ticket-desk: update the infrastructure'
cd "$(git rev-parse --show-toplevel)"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

set --
note=
if [ "${MAY_CHANGE_WORKFLOWS:-}" != true ]; then
    note="The pipelines are not updated, because the token of this run may not change workflows: .github/pipeline.md says how to give it one that may."
    # shellcheck disable=SC2046 # one word for each backend
    set -- $(dazzle-infra status --project . --json | jq --raw-output '.backends[].name | select(. != "ci")')
    if [ $# = 0 ]; then
        echo "::warning::$note"
        exit 0
    fi
fi
status=0
dazzle-infra update "$@" --project . --markers-only >"$work/report" || status=$?
cat "$work/report"
case $status in
    0) ;;
    4) title="$title: conflicts to resolve" ;;
    *) exit "$status" ;;
esac
[ -z "$note" ] || echo "::warning::$note"
if [ -z "$(git status --porcelain)" ]; then
    exit 0
fi

git switch --quiet --force-create "$branch"
git add --all
git -c user.name='github-actions[bot]' -c user.email='41898282+github-actions[bot]@users.noreply.github.com' \
    commit --quiet --message "$title"
{
    if [ "$status" = 4 ]; then
        echo "These files have conflicts. Resolve them in this branch: until every marker is removed, dazzle infra check exits 4."
        echo
        git diff --name-only -z HEAD^ | xargs -0 grep --files-with-matches '^<<<<<<< ' -- | sed 's/^/- /'
        echo
    fi
    [ -z "$note" ] || printf '%s\n\n' "$note"
    echo '```'
    cat "$work/report"
    echo '```'
} >"$work/body"
git -c credential.helper= -c credential.helper='!gh auth git-credential' push --quiet --force origin "$branch"
number=$(gh pr list --head "$branch" --base "$base" --state open --json number --jq '.[0].number // empty')
if [ -n "$number" ]; then
    gh pr edit "$number" --title "$title" --body-file "$work/body"
else
    gh pr create --head "$branch" --base "$base" --title "$title" --body-file "$work/body"
fi
