# Start and end of every script. The script sets `script`, `usage` and `here` first.
# shellcheck shell=sh

. "$here/common/contract.sh"
. "$here/common/aws.sh"
. "$here/common/lock.sh"
. "$here/common/settings.sh"

scratch=$(mktemp -d 2>/dev/null) || fail "$MISSING" \
    'no temporary directory can be created: set TMPDIR to a directory that can be written'

# Whether something has to be taken back if the script fails, and what is said after that.
changed=no
restored='The version before runs.'

# Takes back what was changed, releases the lock and ends with the exit code of the contract.
finish() {
    code=$?
    trap 'rm -rf "$scratch"' EXIT
    trap '' HUP INT TERM
    set +e
    if [ "$changed" = yes ]; then
        reason=$(cat "$scratch/reason" 2>/dev/null)
        [ -n "$reason" ] || reason='the script was interrupted'
        changed=no
        if take_back; then
            code=$FAILED
            say_last "$code" "$reason
$restored"
        else
            code=$BROKEN
            say_last "$code" "$reason
It could not be taken back completely. Look with: sh ops/status $environment; then run the command again."
        fi
    elif [ "$code" != "$DONE" ] && [ "$said_last" = no ] && ! [ -e "$scratch/said-last" ]; then
        say_last "$code" 'the script was interrupted'
    elif [ "$code" = "$DONE" ] && [ "$json" = yes ] && [ "$said_last" = no ]; then
        say_last "$DONE" ''
    fi
    unlock
    exit "$code"
}

# Scripts that change something replace this function.
take_back() {
    return 0
}

trap finish EXIT
trap 'exit 1' HUP INT TERM
# A reader of the output that ends, such as head, does not end a deployment.
trap : PIPE

# Waits between two looks, and adds the time to `waited`. A signal ends the wait at once. Argument: seconds at most.
pause() {
    time=$poll
    [ "$time" -le "${1:-$time}" ] || time=$1
    sleep "$time" >/dev/null 2>&1 3>&- &
    wait "$!" || :
    waited=$((waited + (time > 0 ? time : 1)))
}

# Facts of the environment, from its file.
name='' region='' account='' registry_access='' log_group='' entry_points='' services='' tasks='' secrets=''

# Reads the facts of an environment and checks the login.
open_environment() {
    environment=$1
    case $environment in
        '' | *[!a-z0-9-]*) unknown_environment ;;
    esac
    [ -f "$here/environments/$environment.sh" ] || unknown_environment
    check_facts
    # shellcheck source=/dev/null
    . "$here/environments/$environment.sh"
    region=$(setting region "$region")
    [ -n "$region" ] || fail "$MISSING" "the region of $environment is empty: state it in envs/$environment/terraform.tfvars"
    account=$(setting account_id "$account")
    registry_access=$(setting container_registry_access "$registry_access")
    poll=$(number OPS_POLL_SECONDS "${OPS_POLL_SECONDS:-}" 10)
    lease=$(number OPS_LOCK_SECONDS "${OPS_LOCK_SECONDS:-}" 60)
    healthy_limit=$(number OPS_HEALTHY_SECONDS "${OPS_HEALTHY_SECONDS:-}" 900)
    migrate_limit=$(number OPS_MIGRATE_SECONDS "${OPS_MIGRATE_SECONDS:-}" 1800)
    run_limit=$(number OPS_RUN_SECONDS "${OPS_RUN_SECONDS:-}" 3600)
    log_in
}

# Checks that the file of the environment was neither left in conflict nor converted.
check_facts() {
    facts=ops/environments/$environment.sh
    ! grep -q -e '^<<<<<<<' -e '^=======' -e '^>>>>>>>' "$here/environments/$environment.sh" || fail "$MISSING" \
        "$facts contains the markers of a conflict: resolve it"
    ! grep -q "$(printf '\r')" "$here/environments/$environment.sh" || fail "$MISSING" \
        "$facts has the line ends of Windows: write it with those of Unix"
}

unknown_environment() {
    known=''
    for file in "$here"/environments/*.sh; do
        file=${file##*/}
        known="$known ${file%.sh}"
    done
    usage_error "there is no environment '$environment'; the environments are$known"
}
