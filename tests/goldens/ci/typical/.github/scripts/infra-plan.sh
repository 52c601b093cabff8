#!/bin/sh
# Plans an environment, and prints what would change as Markdown: actions and addresses, no values. The last line has the
# fingerprint of the plan. Without FILE no plan is left over, because it contains secrets.
# usage: sh .github/scripts/infra-plan.sh terraform|tofu ROOT [FILE]
set -eu

tool=$1 root=$2 own=$(dirname "$0")
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
plan=${3:-$work/plan}

set -- -input=false
[ ! -f "$root/backend.hcl" ] || set -- "$@" -backend-config=backend.hcl
[ ! -f "$root/.terraform.lock.hcl" ] || set -- "$@" -lockfile=readonly
"$tool" -chdir="$root" init "$@" >&2
# The output of the plan may contain values that are no secrets for Terraform; the summary has none.
"$tool" -chdir="$root" plan -input=false -lock-timeout=5m -out="$plan" >"$work/output" 2>&1 || {
    cat "$work/output" >&2
    exit 1
}
"$tool" -chdir="$root" show -json "$plan" >"$work/plan.json"
jq --raw-output --arg root "$root" --from-file "$own/infra-plan.jq" "$work/plan.json"
fingerprint=$(jq --sort-keys --compact-output --arg root '' --from-file "$own/infra-plan.jq" "$work/plan.json" | sha256sum)
printf '\nPlan: %s\n' "${fingerprint%% *}"
