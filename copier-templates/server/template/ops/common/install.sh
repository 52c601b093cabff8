# What setup does on the machine.
# shellcheck shell=sh disable=SC2016 # the machine expands the commands

# Creates the directories. The one above may belong to root.
create_directories() {
    directory_before=$directory directory=/
    call 'umask 022
        directory=$1 environment=$2
        if ! mkdir -p "$directory" 2>/dev/null || ! [ -w "$directory" ]; then
            sudo -n install -d -o "$(id -un)" -g "$(id -gn)" "$directory" >/dev/null 2>&1 || exit 95
        fi
        cd "$directory"
        found=$(cat state/environment 2>/dev/null || echo "$environment")
        if [ "$found" != "$environment" ]; then
            echo "$directory belongs to the environment $found" >&2
            exit 96
        fi
        mkdir -p stack state/live backup
        mkdir -p -m 700 run secrets
        : >>state/commands' "$directory_before" "$environment" || {
        code=$?
        directory=$directory_before
        [ "$code" != "$REFUSED" ] || fail "$MISSING" "the login $machine may not create $directory: create it there with
sudo install -d -o $user -g $user $directory"
        machine_failed "$code" "$MISSING" "$directory cannot be prepared"
    }
    directory=$directory_before
}

# Sends the files, and makes secrets and variables.
prepare_files() {
    step "sending the files to $machine"
    sent_files >"$scratch/files" || fail "$MISSING" 'the files of the stack cannot be listed'
    deliver_files || machine_failed "$?" "$FAILED" 'the files cannot be sent'
    # Compose requires the file of variables, also without a value in it.
    change '[ -e state/images.env ] || images "" "" "" "$2"
        [ -e run/app.env ] || (umask 077 && : >run/app.env)
        printf "%s\n" "$1" >state/environment.new
        mv -f state/environment.new state/environment' "$environment" "$profiles" \
        || machine_failed "$?" "$FAILED" 'the environment cannot be noted'
    change 'sh stack/machine/secrets init' >/dev/null || machine_failed "$?" "$FAILED" 'the secrets cannot be made'
    step 'writing the variables of the application'
    code=0
    change 'sh stack/machine/environment' >/dev/null || code=$?
    complete=yes
    case $code in
        0) ;;
        # Something has no value yet.
        "$UNHEALTHY")
            complete=no
            remark "$(last_error)"
            ;;
        *) machine_failed "$code" "$FAILED" 'the variables of the application cannot be written' ;;
    esac
}

# Starts the stores, the proxy and the monitoring.
start_stack() {
    monitors=''
    [ -z "$profiles" ] || monitors=$(sed -n '/^services:/,/^[a-z]*s:$/s/^  \([a-z0-9-]*\):$/\1/p' \
        "$here/../compose.monitoring.yaml" 2>/dev/null | tr '\n' ' ' || :)
    step "starting $(printf '%s' "$stores caddy $monitors" | sed 's/^ *//; s/ *$//; s/  */, /g')"
    # shellcheck disable=SC2086 # the names are separate arguments
    long change 'compose up --detach --wait "$@"' $stores caddy $monitors \
        || machine_failed "$?" "$FAILED" 'the stores and the proxy do not become healthy; look with sh ops/logs'
    case " $stores " in
        *' storage '*)
            long change 'compose run --rm -T storage-buckets </dev/null >/dev/null' \
                || machine_failed "$?" "$FAILED" 'the buckets cannot be created'
            ;;
    esac
    # It does nothing if the files are those that the proxy uses.
    reload_caddy || machine_failed "$?" "$FAILED" 'the proxy does not accept the files in caddy/'
}

# Installs the timers of backups and schedules.
install_timers() {
    [ -n "$ssh_host" ] || return 0
}

# Prints what is left to do.
print_rest() {
    if [ "$complete" = no ]; then
        step "next: sh ops/secrets list $environment"
        return 0
    fi
    found=$(recorded_image) || found=''
    [ -n "$found" ] || step "next: sh ops/deploy $environment IMAGE"
}
