#!/bin/sh
# Updates the generated files on a branch of its own, and opens a merge request with the report. An update that leaves
# conflicts is committed with its markers: a person resolves them in the merge request.
# usage: sh infra-update.sh
set -eu

bot_branch=infra-update/ticket-desk
title='Update the infrastructure of ticket-desk'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

code=0
dazzle-infra update --markers-only --no-color --project . > "$work/report" 2> "$work/errors" || code=$?
cat "$work/report" "$work/errors"
case $code in
    0) ;;
    4) title="Draft: $title: conflicts to resolve" ;;
    *)
        echo "error: the update failed; read the message above" >&2
        exit "$code"
        ;;
esac
if [ -z "$(git status --porcelain)" ]; then
    echo 'everything is up to date'
    exit 0
fi
if [ -z "${INFRA_TOKEN:-}" ]; then
    echo "error: INFRA_TOKEN is not set, so that no merge request can be opened; README.md in .gitlab/ci/ticket-desk says how to set it" >&2
    exit 5
fi

# shellcheck source=/dev/null
. .gitlab/ci/ticket-desk/scripts/gitlab-api.sh

# usage: remote GIT-COMMAND...; the helper gives git the token, so that it is in no argument and no URL.
remote() {
    # shellcheck disable=SC2016 # git starts a shell for the helper
    git -c credential.helper= \
        -c credential.helper='!f() { echo username=oauth2; echo "password=$INFRA_TOKEN"; }; f' "$@"
}

email=infra-update@${CI_SERVER_HOST:-localhost}
if remote fetch --quiet "$CI_PROJECT_URL.git" "refs/heads/$bot_branch" 2>/dev/null &&
    [ "$(git log -1 --format=%ae FETCH_HEAD)" != "$email" ]; then
    echo "error: a person has worked on $bot_branch; merge it, or delete it to get a new update" >&2
    exit 1
fi
git checkout --quiet -B "$bot_branch"
git add --all
{
    # shellcheck disable=SC2016 # the quotes are those of Markdown
    echo 'The result of `dazzle-infra update`.'
    if [ "$code" = 4 ]; then
        printf '\n**Conflicts.** These files contain conflict markers; resolve them on this branch:\n\n'
        # shellcheck disable=SC2016
        git grep --cached -lE '^<{7} ' | sed -e 's/.*/- `&`/' || true
    fi
    printf '\n```text\n'
    cat "$work/report" "$work/errors"
    printf '```\n'
} > "$work/description"
git -c user.name='Infrastructure update' -c "user.email=$email" commit --quiet --message "$title"
remote push --quiet --force "$CI_PROJECT_URL.git" "HEAD:refs/heads/$bot_branch"

description=$(json < "$work/description")
open=$(first_iid "$(get "merge_requests?state=opened&source_branch=$bot_branch&per_page=1")")
if [ -n "$open" ]; then
    post "merge_requests/$open/notes" "{\"body\":$description}" >/dev/null
    echo "updated merge request $open"
else
    post merge_requests "{\"source_branch\":\"$bot_branch\",\"target_branch\":\"main\",\"title\":\"$title\",\"remove_source_branch\":true,\"description\":$description}" >/dev/null
    echo 'opened a merge request'
fi
