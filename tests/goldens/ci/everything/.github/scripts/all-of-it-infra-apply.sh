#!/bin/sh
# Plans an environment anew, and applies the plan if it is the one that was reviewed: the one of the comment of the merged pull
# request, or the one whose fingerprint is in REVIEWED.
# usage: [REVIEWED=…] sh .github/scripts/all-of-it-infra-apply.sh terraform|tofu ROOT ENVIRONMENT
set -eu

tool=$1 root=$2 environment=$3 own=$(dirname "$0")
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

sh "$own/all-of-it-infra-plan.sh" "$tool" "$root" "$work/plan" >"$work/plan.md"
cat "$work/plan.md"
if head -n 1 "$work/plan.md" | grep -q '^No changes in '; then
    exit 0
fi
planned=$(sed -n 's/^Plan: //p' "$work/plan.md")
reviewed=${REVIEWED:-$(sh "$own/all-of-it-infra-review.sh" read "$environment")}
if [ "$planned" != "$reviewed" ]; then
    echo "error: the plan of $environment is not the reviewed one (${reviewed:-none was reviewed}); review it above, then run" \
        "gh workflow run all-of-it-infra.yml -f environment=$environment -f plan=$planned" | tee /dev/stderr
    exit 1
fi
# The values in the output of an apply stay out of the log.
"$tool" -chdir="$root" apply -input=false -lock-timeout=5m "$work/plan" >"$work/output" 2>&1 || {
    grep -A 20 'Error' "$work/output" >&2 || cat "$work/output" >&2
    exit 1
}
tail -n 1 "$work/output"
