#!/bin/sh
# Checks, plans and applies the infrastructure of an environment with the program in TERRAFORM, terraform or tofu.
# usage: sh infra.sh check FOLDER ROOT...
#        sh infra.sh plan ENVIRONMENT ROOT REPORTS
#        sh infra.sh apply [--keep-data] ENVIRONMENT ROOT REPORTS
#        sh infra.sh drift ENVIRONMENT ROOT REPORTS
# A plan writes REPORTS/ENVIRONMENT.md for people, ENVIRONMENT.json with counts and ENVIRONMENT.sha256, the hash of what it
# changes; never the plan itself, which contains secrets. `apply` plans anew, and refuses a plan with another hash.
set -eu

umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP

# What loses data when it is destroyed.
data='aws_(cognito_user_pool|db_instance|docdb_cluster|dynamodb_table|ebs_volume|efs_file_system'
data="$data|elasticache_(replication_group|serverless_cache)|kms_key|opensearch_domain|rds_cluster|s3_bucket"
data="$data|secretsmanager_secret|sqs_queue|ssm_parameter)"

fail() {
    echo "error: $1; $2" >&2
    exit "${3:-1}"
}

tf() {
    "$TERRAFORM" "-chdir=$root" "$@"
}

# The actions of a plan, one in each line: `ACTION ADDRESS`, from lines such as `  # ADDRESS will be created`.
actions() {
    sed -n \
        -e 's/^  # \(.*\) will be created$/create \1/p' \
        -e 's/^  # \(.*\) will be updated in-place$/update \1/p' \
        -e 's/^  # \(.*\) will be destroyed$/destroy \1/p' \
        -e 's/^  # \(.*\) is tainted, so \(it \)\{0,1\}must be replaced$/replace \1/p' \
        -e 's/^  # \(.*\) must be replaced$/replace \1/p' \
        -e 's/^  # \(.*\) will be replaced, as requested$/replace \1/p' \
        -e 's/^  # \(.*\) will be replaced due to changes in replace_triggered_by$/replace \1/p' \
        "$1"
}

# usage: section TITLE PATTERN
section() {
    grep -E "$2" "$work/actions" > "$work/section" || return 0
    printf '\n**%s**\n\n' "$1"
    # shellcheck disable=SC2016 # the quotes are those of Markdown
    sed -e 's/^\([a-z]*\) \(.*\)$/- `\2` (\1)/' "$work/section"
}

report() {
    echo "### $environment"
    if [ "$changes" = 0 ]; then
        printf '\nNo changes.\n'
        return 0
    fi
    section 'Destroys data' "^(destroy|replace) (.*\.)?$data\."
    grep -vE "^(destroy|replace) (.*\.)?$data\." "$work/actions" > "$work/rest" || true
    mv "$work/rest" "$work/actions"
    section 'Destroys and replaces' '^(destroy|replace) '
    section 'Updates' '^update '
    section 'Creates' '^create '
    printf '\nNo values are shown; plan with %s to see them.\n' "$TERRAFORM"
}

count() {
    grep -cE "$1" "$work/all" || true
}

# usage: quietly COMMAND...; prints the output of a command only if it fails: values stay out of the log.
quietly() {
    code=0
    "$@" > "$work/output" 2>&1 || code=$?
    if [ "$code" != 0 ] && [ "$code" != 2 ]; then
        cat "$work/output" >&2
    fi
    return "$code"
}

# Writes the plan to $work/plan, and the reports.
plan() {
    set -- "$1" init -input=false -no-color
    [ ! -f "$root/backend.hcl" ] || set -- "$@" -backend-config=backend.hcl
    [ ! -f "$root/.terraform.lock.hcl" ] || set -- "$@" -lockfile=readonly
    reports=$1
    shift
    quietly tf "$@" ||
        fail "$TERRAFORM cannot use the state of $environment" "read the message above; look at the role of this job and at $root/backend.hcl" 5
    changes=0
    quietly tf plan -input=false -no-color -lock-timeout=5m -detailed-exitcode "-out=$work/plan" || changes=$?
    [ "$changes" = 0 ] || [ "$changes" = 2 ] || fail "$environment cannot be planned" 'read the message above'
    tf show -no-color "$work/plan" > "$work/text"
    actions "$work/text" > "$work/all"
    cp "$work/all" "$work/actions"
    mkdir -p "$reports"
    printf '{"create":%s,"update":%s,"delete":%s}\n' "$(count '^(create|replace) ')" "$(count '^update ')" \
        "$(count '^(destroy|replace) ')" > "$reports/$environment.json"
    sha256sum < "$work/text" | cut -d ' ' -f 1 > "$reports/$environment.sha256"
    report > "$reports/$environment.md"
    echo
    cat "$reports/$environment.md"
}

check() {
    folder=$1
    shift
    "$TERRAFORM" fmt -check -diff -recursive "$folder" ||
        fail 'files are not formatted' "run $TERRAFORM fmt -recursive $folder"
    for root in "$@"; do
        echo "$root: validate and test"
        quietly tf init -backend=false -input=false -no-color || fail "$root cannot be initialised" 'read the message above'
        tf validate -no-color
        tf test -no-color
    done
}

apply() {
    keep_data=
    if [ "$1" = --keep-data ]; then
        keep_data=1
        shift
    fi
    environment=$1 root=$2
    reviewed=$(cat "$3/$environment.sha256" 2>/dev/null) ||
        fail "there is no reviewed plan of $environment" 'run the job that plans, in the same pipeline'
    plan "$work/new"
    if [ "$changes" = 0 ]; then
        return 0
    fi
    if [ "$reviewed" != "$(cat "$work/new/$environment.sha256")" ]; then
        fail "the plan of $environment is not the one that was reviewed" 'review the plan above in a new pipeline; nothing was applied'
    fi
    if [ -n "$keep_data" ] && grep -q '^\*\*Destroys data\*\*$' "$work/new/$environment.md"; then
        fail "the plan of $environment destroys data, which nobody approves in this job" \
            'set approval = true for the environment in dazzle.toml, or apply it by hand; nothing was applied'
    fi
    quietly tf apply -input=false -no-color -lock-timeout=5m "$work/plan" ||
        fail "the plan of $environment was not applied completely" 'read the message above, and start a new pipeline' 3
    tail -n 1 "$work/output"
}

command=$1
shift
case $command in
    check) check "$@" ;;
    plan)
        environment=$1 root=$2
        plan "$3"
        ;;
    apply) apply "$@" ;;
    drift)
        environment=$1 root=$2
        plan "$3"
        if [ "$changes" != 0 ]; then
            fail "$environment differs from its files" 'apply the files, or change them to what is there' 3
        fi
        ;;
    *) fail "$command is not a command" 'read the first lines of this script' 2 ;;
esac
