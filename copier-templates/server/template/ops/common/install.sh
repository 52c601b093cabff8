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
        [ "$code" != "$REFUSED" ] || fail "$MISSING" "$machine may not create $directory: create it there with
sudo install -d -o $user -g $user $directory"
        machine_failed "$code" "$MISSING" "$directory cannot be prepared"
    }
    directory=$directory_before
}

# Sends the files, and makes secrets and variables.
prepare_files() {
    step "sending the files to $machine"
    # Compose requires these files, also without a value in them.
    change '[ -e state/images.env ] || images "" "" "" "$1"
        [ -e run/app.env ] || (umask 077 && : >run/app.env)' "$profiles" >/dev/null \
        || machine_failed "$?" "$FAILED" "the directories of $directory cannot be written"
    deliver_files || not_delivered "$?"
    change 'printf "%s\n" "$1" >state/environment.new
        mv -f state/environment.new state/environment' "$environment" \
        || machine_failed "$?" "$FAILED" 'the environment cannot be noted'
    change 'sh stack/machine/secrets init' >/dev/null || machine_failed "$?" "$FAILED" 'the secrets cannot be generated'
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

# Says that no alert is sent by mail, if a person has not set the password of the mail server, or that there is none.
warn_of_alerts() {
    case " $given_secrets " in
        *' ALERT_SMTP_PASSWORD '*) ;;
        *) return 0 ;;
    esac
    call '[ -e secrets/ALERT_SMTP_PASSWORD ]' || remark "no alert is sent by mail, because ALERT_SMTP_PASSWORD has no value: \
set it with sh $ops/secrets set $environment ALERT_SMTP_PASSWORD, then run sh $ops/setup $environment again"
}

# Starts the stores, the proxy and the monitoring.
start_stack() {
    monitors=''
    [ -z "$profiles" ] || monitors=$(sed -n '/^services:/,/^[a-z]*s:$/s/^  \([a-z0-9-]*\):$/\1/p' \
        "$here/../compose.monitoring.yaml" 2>/dev/null | tr '\n' ' ' || :)
    step "starting $(printf '%s' "$stores caddy $monitors" | sed 's/^ *//; s/ *$//; s/  */, /g')"
    # shellcheck disable=SC2086 # the names are separate arguments
    long change 'compose up --detach --wait "$@"' $stores caddy $monitors \
        || machine_failed "$?" "$FAILED" "the stores and the proxy do not become healthy; check with sh $ops/logs $environment"
    case " $monitors " in
        *' alertmanager '*) change 'compose kill --signal HUP alertmanager' >/dev/null \
            || remark "alertmanager does not read its changed file: $(last_error)" ;;
    esac
    create_buckets
    # It does nothing if the files are those that the proxy uses.
    reload_caddy || machine_failed "$?" "$FAILED" 'the proxy does not accept the files in caddy/'
}

# Creates the buckets that environments/NAME.app.env states.
create_buckets() {
    case " $stores " in
        *' storage '*) ;;
        *) return 0 ;;
    esac
    names=''
    for one in $buckets; do
        names="$names $(sed -n "s/^$one=//p" "$here/../environments/$environment.app.env" | tail -n 1)"
    done
    long change 'env STORAGE_BUCKETS="$1" sh stack/machine/compose run --rm -T storage-buckets </dev/null >/dev/null' \
        "$names" || machine_failed "$?" "$FAILED" 'the buckets cannot be created'
}

# Installs the timers of backups and schedules in systemd, which requires root.
install_timers() {
    [ -n "$ssh_host" ] || return 0
    step 'installing the timers'
    code=0
    change "$prepare_units" || code=$?
    case $code in
        0) ;;
        "$REFUSED")
            remark 'there is no systemd on the machine: start machine/backup and the schedules in another way'
            return 0
            ;;
        *) machine_failed "$code" "$FAILED" 'the timers cannot be prepared' ;;
    esac
    # The machine may ask for a password, which it cannot do here.
    change '[ -d state/units ] || exit 0
        if [ "$(id -u)" = 0 ]; then
            sh state/units/install >/dev/null
        else
            sudo -n sh state/units/install >/dev/null
        fi
        rm -rf state/units' || remark "the timers of backups and schedules are not installed: $(last_error)
Install them with: ssh -t -p $port ${jump_host:+-J $jump_host }$machine sudo sh $directory/state/units/install"
}

# Writes the units for this machine and a script that installs them to state/units, if something differs from what is
# installed.
prepare_units='systemctl show --property=Version >/dev/null 2>&1 || exit 95
    folder=/etc/systemd/system user=$(id -un)
    rm -rf state/units
    mkdir state/units
    for file in stack/machine/systemd/*; do
        [ -e "$file" ] || continue
        sed "s|@DIRECTORY@|$PWD|g; s|@USER@|$user|g" "$file" >"state/units/${file##*/}"
    done
    {
        echo "set -eu"
        echo "cd $PWD/state/units"
        for file in "$folder/$name"-*.service; do
            # Units of schedules that the application no longer has.
            [ -e "$file" ] && grep -q -F -e "$PWD/stack/machine/" "$file" || continue
            [ ! -e "state/units/${file##*/}" ] || continue
            unit=${file##*/}
            unit=${unit%.service}
            echo "systemctl disable --now $unit.timer"
            echo "rm -f $folder/$unit.timer $folder/$unit.service"
        done
        for file in state/units/*.service state/units/*.timer; do
            [ -e "$file" ] || continue
            cmp -s "$file" "$folder/${file##*/}" || echo "install -m 644 ${file##*/} $folder/"
        done
        echo "systemctl daemon-reload"
        for file in state/units/*.timer; do
            [ -e "$file" ] || continue
            unit=${file##*/}
            cmp -s "$file" "$folder/$unit" && systemctl is-enabled --quiet "$unit" && continue
            echo "systemctl enable $unit"
            echo "systemctl restart $unit"
        done
    } >state/units/install
    # Nothing to do but to read the units again.
    [ "$(wc -l <state/units/install)" -gt 3 ] || rm -rf state/units'

# Warns about alerts that nobody would receive: dazzle.toml does not state the mail server.
check_alerts() {
    [ -n "$profiles" ] || return 0
    file=monitoring/environments/$environment/alertmanager.yml
    ! grep -q -s '^  smtp_smarthost: *"\{0,1\}smtp\.invalid' "$here/../$file" || remark \
        "nobody receives the alerts: smtp_smarthost in $file is a placeholder; set it, then run setup again"
}

# Prints what is left to do.
print_rest() {
    check_alerts
    if [ "$complete" = no ]; then
        step "next: sh $ops/secrets list $environment"
        return 0
    fi
    found=$(recorded_image) || found=''
    [ -n "$found" ] || step "next: sh $ops/deploy $environment IMAGE"
}
