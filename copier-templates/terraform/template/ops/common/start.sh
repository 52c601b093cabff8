# Start and end of every script. The script sets `script`, `usage` and `here` first.
# shellcheck shell=sh

. "$here/common/contract.sh"
. "$here/common/aws.sh"
. "$here/common/lock.sh"

scratch=$(mktemp -d) || exit 1

# Takes back what was changed, releases the lock and ends with the exit code of the contract.
finish() {
    code=$?
    trap - EXIT
    trap '' HUP INT TERM
    set +e
    if [ "${changed:-no}" = yes ]; then
        reason=$(cat "$scratch/reason" 2>/dev/null)
        [ -n "$reason" ] || reason='the script was interrupted'
        changed=no
        stay=refresh_lock
        if take_back; then
            code=$FAILED
            say_last "$code" "$reason
The version before runs."
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
    rm -rf "$scratch"
    exit "$code"
}

# Scripts that change something replace this function.
take_back() {
    return 0
}

trap finish EXIT
trap 'exit 1' HUP INT TERM

# Facts of the environment, from its file.
name='' region='' account='' log_group='' entry_points='' services='' tasks='' secrets=''

# Reads the facts of an environment and checks the login.
open_environment() {
    environment=$1
    case $environment in
        '' | *[!a-z0-9-]*) unknown_environment ;;
    esac
    [ -f "$here/environments/$environment.sh" ] || unknown_environment
    # shellcheck source=/dev/null
    . "$here/environments/$environment.sh"
    poll=$(seconds OPS_POLL_SECONDS "${OPS_POLL_SECONDS:-}" 10)
    log_in
}

unknown_environment() {
    known=''
    for file in "$here"/environments/*.sh; do
        file=${file##*/}
        known="$known ${file%.sh}"
    done
    usage_error "there is no environment '$environment'; the environments are$known"
}
