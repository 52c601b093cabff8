#!/bin/sh
# Opens an issue about an environment that differs from its files, or closes it when the difference is gone.
# usage: sh .github/scripts/all-of-it-drift-issue.sh ENVIRONMENT FILE
set -eu

title="all-of-it: $1 differs from its files"
number=$(gh issue list --state open --limit 1000 --json number,title --jq "[.[] | select(.title == \"$title\")][0].number // empty")
if head -n 1 "$2" | grep -q '^No changes in '; then
    [ -z "$number" ] || gh issue close "$number" --comment "There is no difference any more."
elif [ -n "$number" ]; then
    gh issue edit "$number" --body-file "$2"
else
    gh issue create --title "$title" --body-file "$2"
fi
