# Calls of the machine: over SSH, or by a shell on this machine if the environment names no host.
# shellcheck shell=sh

# Exit codes of calls. ssh ends with 255 if the connection fails (ssh(1), "EXIT STATUS").
readonly LOST=255
readonly INVALID=92    # Compose does not accept the files
readonly NOT_SET_UP=93 # the directory of the application does not exist
readonly TAKEN=94      # another run holds the lock
readonly REFUSED=95    # the machine is in another state than the call requires

# Sets `quoted` to a text as one word for a shell.
quote() {
    case $1 in
        *\'*)
            quoted=$(printf '%s.' "$1" | LC_ALL=C sed "s/'/'\\\\''/g")
            quoted="'${quoted%.}'"
            ;;
        *) quoted="'$1'" ;;
    esac
}

# What the beginning of each call defines on the machine.
# shellcheck disable=SC2016 # the machine expands it
functions='
cd "$1" 2>/dev/null || exit 93
# Containers run as other users.
umask 022
name=$2 owner=$3
shift 3
compose() {
    sh stack/machine/compose "$@"
}
# Lists containers of the services: ID and service.
containers() {
    docker ps --all --filter "label=com.docker.compose.project=$name" \
        --filter label=com.docker.compose.oneoff=False \
        --format "{{.ID}} {{.Label \"com.docker.compose.service\"}}"
}
# Lists the containers of a color.
colored() {
    containers | sed -n "s/ [^ ]*-$1\$//p"
}
# Lists the containers of services.
of_services() {
    containers | while read -r id service; do
        case " $* " in
            *" $service "*) echo "$id" ;;
        esac
    done
}
# Writes the images: of tasks and workers, of both colors, and the profiles.
images() {
    {
        echo "# The images that run. The scripts in ops write this file."
        printf "APP_IMAGE=%s\nBLUE_IMAGE=%s\nGREEN_IMAGE=%s\nCOMPOSE_PROFILES=%s\n" "$1" "$2" "$3" "$4"
    } >state/images.env.new
    mv -f state/images.env.new state/images.env
}
'

# A command that changes something waits until the previous one has ended: a connection may be lost while its command
# continues on the machine. Arguments: a file for the kernel's lock, and those of sh.
# shellcheck disable=SC2016
one_at_a_time='cd "$4" 2>/dev/null || exit 93
file=$1
shift
if command -v flock >/dev/null 2>&1; then
    exec flock "$file" sh -euc "$@"
fi
exec sh -euc "$@"'

# shellcheck disable=SC2016
with_the_lock='[ "$(head -n 1 state/lock/holder 2>/dev/null)" = "$owner" ] || exit 94
'

# Sets `line` to a command line for the machine. Arguments: a command of the shell, and its arguments.
command_line() {
    quote "$functions$1"
    line="$quoted ops"
    shift
    for word in "$directory" "$name" "${owner:-}" "$@"; do
        quote "$word"
        line="$line $quoted"
    done
}

# Runs `line` once. Standard input goes to it.
once() {
    if [ -z "$ssh_host" ]; then
        sh -c "$line"
    else
        # shellcheck disable=SC2029 # the line is for the machine
        connect "$ssh_host" "$line"
    fi
}

# Starts ssh with the settings of the environment. The first call opens the connection, and the others use it.
connect() {
    ssh -T -p "$port" -l "$user" ${jump_host:+-J "$jump_host"} ${OPS_SSH_CONFIG:+-F "$OPS_SSH_CONFIG"} \
        -o BatchMode=yes -o StrictHostKeyChecking=yes -o ConnectTimeout=10 -o LogLevel=ERROR \
        -o ServerAliveInterval=10 -o ServerAliveCountMax=3 \
        -o ControlMaster=auto -o ControlPersist=60 -o ControlPath="$control" "$@"
}

# Closes the connection.
disconnect() {
    [ -n "$ssh_host" ] && [ "$control" != none ] || return 0
    connect -O exit "$ssh_host" >/dev/null 2>&1 || :
}

# Runs `line`, again while the connection is lost, and prints its output. The message of a failure is in the file
# `errors`. Argument: the seconds for which a call is repeated.
deliver() {
    lost=0
    while :; do
        code=0
        once </dev/null >"$answer" 2>"$errors" || code=$?
        [ "$code" = "$LOST" ] && is_passing && [ "$lost" -lt "$1" ] || break
        sleep "$nap" >/dev/null 2>&1 3>&- || :
        lost=$((lost + (nap > 0 ? nap : 1)))
    done
    # The reader of the output may have ended.
    cat "$answer" 2>/dev/null || :
    return "$code"
}

# Runs a command that changes nothing on the machine, in the directory of the application. Arguments: a command of the
# shell, and its arguments.
call() {
    command_line "$@"
    line="sh -euc $line"
    deliver "$patience"
}

# Runs a command that changes something while this run holds the lock. It must have the same effect if it is repeated.
change() {
    change_line "$@"
    deliver "$patience"
}

# Sets `line` to a command line of `change`.
change_line() {
    text=$with_the_lock$1
    shift
    exclusive_line state/commands "$text" "$@"
}

# Sets `line` to a command line that waits for the previous one. Arguments: the file of the kernel's lock, a command of the
# shell, and its arguments.
exclusive_line() {
    file=$1
    shift
    command_line "$@"
    quote "$one_at_a_time"
    line="sh -euc $quoted ops $file $line"
}

# Runs one of the functions above in the background, and keeps the lock meanwhile: a signal ends the wait at once.
# Standard output goes to $scratch/long.
long() {
    # At its end, the script ignores signals; what it stops must not.
    (
        trap - HUP INT TERM
        keep_alive
    ) >/dev/null 2>&1 3>&- &
    keeper=$!
    (
        trap - HUP INT TERM
        answer=$scratch/long-answer
        "$@"
    ) >"$scratch/long" 3>&- &
    job=$!
    code=0
    wait "$job" || code=$?
    job=''
    stop_jobs
    return "$code"
}

# Stops what `long` has started.
stop_jobs() {
    for one in $job $keeper; do
        kill "$one" 2>/dev/null || :
    done
    job='' keeper=''
}

job='' keeper=''

# Prints the message of the last failed call.
last_error() {
    LC_ALL=C sed 's/\r$//; s/^error: //; /^[[:space:]]*$/d' "$errors" | tail -n 1
}

# Says whether the last failed call of ssh may succeed later.
is_passing() {
    [ -n "$ssh_host" ] && ! grep -q -i -e 'permission denied' -e 'host key' -e 'could not resolve' -e 'bad configuration' \
        -e 'too many authentication failures' "$errors"
}

# Ends the script with the reason of the last failed call. Arguments: its exit code, that of the script, and a text.
machine_failed() {
    error=$(last_error)
    case $1 in
        "$LOST") [ -z "$ssh_host" ] || no_connection "$error" ;;
        "$NOT_SET_UP") not_set_up ;;
        "$TAKEN") lock_taken ;;
    esac
    fail "$2" "$3${error:+: $error}"
}

not_set_up() {
    fail "$MISSING" "$environment is not set up in $directory of $machine: run sh $ops/setup $environment first"
}

no_connection() {
    case $(tr '\n' ' ' <"$errors") in
        *'ermission denied'* | *'uthentication fail'*)
            fail "$MISSING" "the machine refuses the login $machine: $1
Use a key that it accepts: load it with ssh-add, or name it in ~/.ssh/config." ;;
        *'ost key'* | *'REMOTE HOST IDENTIFICATION'*)
            fail "$MISSING" "the host key of $ssh_host is not known or has changed: $1
Compare its fingerprint with that of the machine, then add it to ~/.ssh/known_hosts:
ssh-keyscan -p $port $ssh_host" ;;
    esac
    fail "$MISSING" "cannot connect to $machine: $1
Check that the machine runs, and host, port and jump_host in [infra.server.env.$environment] of dazzle.toml.
After a change there, run dazzle infra update."
}
