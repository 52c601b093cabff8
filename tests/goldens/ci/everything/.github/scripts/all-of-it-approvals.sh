#!/bin/sh
# Says of each environment whether its settings ask a person: NAME=true if it has reviewers, else NAME=false.
# usage: sh .github/scripts/all-of-it-approvals.sh ENVIRONMENT…
set -eu

for name; do
    # An environment that does not exist yet has no reviewers.
    kinds=$(gh api "repos/$GITHUB_REPOSITORY/environments/$name" --jq '.protection_rules[].type') || kinds=
    case "$kinds" in
        *required_reviewers*) asks=true ;;
        *) asks=false ;;
    esac
    echo "$name=$asks" | tee -a "${GITHUB_OUTPUT:-/dev/null}"
    [ $asks = true ] || echo "::warning title=$name is not changed::The environment $name has no reviewers, so no one could approve the change." \
        "Add reviewers, or start the change by hand: .github/all-of-it-pipeline.md"
done
