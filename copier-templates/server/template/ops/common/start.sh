# Start and end of every script. The script sets `script`, `usage` and `here` first.
# shellcheck shell=sh

. "$here/common/contract.sh"
. "$here/common/machine.sh"
. "$here/common/lock.sh"

# The directory of the scripts as the caller named it, for messages with commands.
case $0 in
    */*) ops=${0%/*} ;;
    *) ops=. ;;
esac

# Prints the comment at the top of the script, its usage and the exit codes.
help() {
    sed -n '2,/^[^#]/{s/^# //p;}' "$0"
    printf 'usage: %s\n' "$usage"
    echo 'exit codes: 0 done, 1 failed and undone, 2 wrong arguments, 3 failed and not undone, 4 locked by another run,'
    echo '            5 a tool, a login or the environment is missing, 6 not healthy'
    said_last=yes
    exit "$DONE"
}

# The output of a call may come from the application.
umask 077
scratch=$(mktemp -d 2>/dev/null) || fail "$MISSING" \
    'no temporary directory can be created: set TMPDIR to a directory that can be written'
answer=$scratch/answer
errors=$scratch/error

# The path of a socket has at most 104 bytes, and ssh appends 17 of them for a moment.
control=$scratch/ssh
[ "${#control}" -lt 85 ] || control=none

# Whether something has to be taken back if the script fails, and what is said after that.
changed=no
restored='The previous version runs.'
ssh_host=''

# Takes back what was changed, releases the lock and ends with the exit code of the contract.
finish() {
    code=$?
    trap 'rm -rf "$scratch"' EXIT
    trap '' HUP INT TERM
    set +e
    stop_jobs
    end=$code
    if [ "$changed" = yes ]; then
        reason=$(cat "$scratch/reason" 2>/dev/null)
        [ -n "$reason" ] || reason='the script was interrupted'
        changed=no
        if take_back; then
            end=$FAILED
            say_last "$end" "$reason
$restored"
        else
            end=$BROKEN
            say_last "$end" "$reason
It could not be undone completely. Check with: sh $ops/status $environment; then run the command again."
        fi
    elif [ "$end" != "$DONE" ] && [ "$said_last" = no ] && ! [ -e "$scratch/said-last" ]; then
        say_last "$end" 'the script was interrupted'
    elif [ "$end" = "$DONE" ] && [ "$json" = yes ] && [ "$said_last" = no ]; then
        say_last "$DONE" ''
    fi
    unlock
    disconnect
    exit "$end"
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
name='' host='' user='' port=22 jump_host='' directory='' domain='' architecture='' memory_mb=0
listening='' workers='' releases='' scheduled='' stores='' buckets='' profiles='' backup_repository='' volumes=''
generated_secrets='' given_secrets='' secrets_source=''

# Reads the facts of an environment. Argument: its name.
read_facts() {
    environment=$1
    case $environment in
        '' | *[!a-z0-9-]*) unknown_environment ;;
    esac
    facts=$here/../environments/$environment.sh
    [ -f "$facts" ] || unknown_environment
    check_facts
    # shellcheck source=/dev/null
    . "$facts"
    ssh_host=$host
    machine=${host:-this machine}
    [ -z "$host" ] || machine=$user@$host
    case $environment in
        local) ;;
        *) [ -n "$host" ] || fail "$MISSING" \
            "$environment has no host: set host in [infra.server.env.$environment] of dazzle.toml and update the files" ;;
    esac
    case $host$user in
        *[!A-Za-z0-9.:_-]* | -*) fail "$MISSING" "host or user in environments/$environment.sh is not valid" ;;
    esac
    case $directory in
        /*) ;;
        *) fail "$MISSING" "directory in environments/$environment.sh must be an absolute path" ;;
    esac
    poll=$(number OPS_POLL_SECONDS "${OPS_POLL_SECONDS:-}" 2)
    lease=$(number OPS_LOCK_SECONDS "${OPS_LOCK_SECONDS:-}" 60)
    reconnect=$(number OPS_CONNECT_SECONDS "${OPS_CONNECT_SECONDS:-}" 60)
    steady=$(number OPS_STEADY_SECONDS "${OPS_STEADY_SECONDS:-}" 10)
    healthy_limit=$(number OPS_HEALTHY_SECONDS "${OPS_HEALTHY_SECONDS:-}" 900)
    migrate_limit=$(number OPS_MIGRATE_SECONDS "${OPS_MIGRATE_SECONDS:-}" 1800)
    run_limit=$(number OPS_RUN_SECONDS "${OPS_RUN_SECONDS:-}" 3600)
    patience=0
    nap=$poll
    [ "$nap" -le 5 ] || nap=5
}

# Reads the facts of an environment, and checks the login, Docker and that the machine is set up. Argument: its name.
open_environment() {
    read_facts "$1"
    look_at_machine
    found=$(fact environment)
    [ -n "$found" ] || not_set_up
    [ "$found" = "$environment" ] || fail "$MISSING" \
        "$directory of $machine belongs to the environment $found: check host and directory in environments/$environment.sh"
}

# Reads facts of the machine into $scratch/machine, and checks the login and Docker.
look_at_machine() {
    if [ -n "$ssh_host" ]; then
        need_tool ssh 'install the OpenSSH client'
    fi
    command_line ''
    # The directory may not exist yet.
    # shellcheck disable=SC2016 # the machine expands it
    quote '
        echo "environment=$(cat "$1/state/environment" 2>/dev/null || :)"
        if ! command -v docker >/dev/null 2>&1; then
            echo "docker_error=docker is not installed"
            exit
        fi
        if found=$(docker version --format "{{.Server.Version}} {{.Server.Arch}}" 2>&1); then
            echo "docker=$found"
        else
            echo "docker_error=$(printf "%s\n" "$found" | tail -n 1)"
            exit
        fi
        echo "compose=$(docker compose version --short 2>/dev/null || :)"
        root=$(docker info --format "{{.DockerRootDir}}" 2>/dev/null || :)
        while [ -n "$root" ] && [ "$root" != / ] && ! [ -d "$root" ]; do root=$(dirname "$root"); done
        echo "free_kb=$(df -Pk "${root:-/}" 2>/dev/null | awk "NR == 2 { print \$4 }")"'
    line="sh -euc $quoted ops"
    quote "$directory"
    line="$line $quoted"
    deliver 0 >"$scratch/machine" || machine_failed "$?" "$MISSING" "the machine $machine cannot be read"
    patience=$reconnect
    check_docker
}

# Prints a fact of the machine.
fact() {
    sed -n "s/^$1=//p" "$scratch/machine"
}

check_docker() {
    error=$(fact docker_error)
    case $error in
        '') ;;
        *'ermission denied'*)
            fail "$MISSING" "$machine may not use Docker: $error
Add the user to the group docker, then try again: sudo usermod -aG docker USER" ;;
        *) fail "$MISSING" "Docker does not answer on $machine: $error" ;;
    esac
    found=$(fact compose)
    # Compose writes versions such as v2.40.3 and 2.33.1-desktop.1.
    printf '%s\n' "${found#v}" | awk -F '[.+-]' '{ exit !($1 * 1000000 + $2 * 1000 + $3 >= 2032002) }' || fail "$MISSING" \
        "Docker Compose 2.32.2 or later is required on $machine, not '${found:-none}': update the package docker-compose-plugin"
}

# Checks that the file of the environment has no conflict markers and no Windows line endings.
check_facts() {
    ! marker=$(conflict_marker "environments/$environment.sh") || fail "$MISSING" \
        "environments/$environment.sh has a conflict marker in line $marker: resolve the conflict"
    ! grep -q "$(printf '\r')" "$facts" || fail "$MISSING" \
        "environments/$environment.sh has Windows line endings: convert it to Unix line endings"
}

# Prints the number of the first line with a conflict marker in a file of the stack. Fails if there is none. Argument:
# its path.
conflict_marker() {
    LC_ALL=C awk '/^(<<<<<<<|>>>>>>>)( |$)/ { print NR; found = 1; exit } END { exit !found }' "$here/../$1"
}

unknown_environment() {
    known=''
    for file in "$here"/../environments/*.sh; do
        file=${file##*/}
        known="$known ${file%.sh}"
    done
    usage_error "there is no environment '$environment'; the environments are$known"
}
