#!/bin/sh
# Opens an issue about an environment that differs from its files, or adds a comment to the one that is open.
# usage: sh open-issue.sh ENVIRONMENT REPORT
set -eu

if [ -z "${INFRA_TOKEN:-}" ]; then
    echo "no issue was opened: INFRA_TOKEN is not set; README.md in .gitlab/ci/ticket-desk says how to set it" >&2
    exit 0
fi

# shellcheck source=/dev/null
. .gitlab/ci/ticket-desk/scripts/gitlab-api.sh

label=drift-$1
body=$({ cat "$2"; printf '\nFound by %s\n' "${CI_JOB_URL:-a job}"; } | json)
open=$(first_iid "$(get "issues?state=opened&labels=$label&per_page=1")")
if [ -n "$open" ]; then
    post "issues/$open/notes" "{\"body\":$body}" >/dev/null
    echo "added a comment to issue $open"
else
    post issues "{\"title\":\"The infrastructure of $1 differs from its files\",\"labels\":\"$label\",\"description\":$body}" >/dev/null
    echo 'opened an issue'
fi
