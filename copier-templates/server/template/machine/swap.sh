# The steps of a restore: the restored data is created beside the current data, and replaces it at the end.
# shellcheck shell=sh disable=SC2016 # the shell of the container expands the commands

step=none

# Stops the containers of the application that run, and the object store whose volume is replaced.
stop_application() {
    say 'stopping the application'
    running=$(sh "$here/compose" ps --services --status running </dev/null) || fail "$FAILED" \
        'Docker does not answer; check the machine'
    for service in $running; do
        case $service in
            *-blue | *-green) is_listening "${service%-*}" || continue ;;
            storage) [ -n "$snapshot" ] || continue ;;
            *) is_in "$service" "$workers" || continue ;;
        esac
        stopped="$stopped $service"
    done
    # A run that was killed has not started again what it had stopped.
    earlier=''
    [ ! -e ../state/restore.stopped ] || read -r earlier <../state/restore.stopped
    for service in $earlier; do
        is_in "$service" "$stopped" || stopped="$stopped $service"
    done
    [ -n "$stopped" ] || return 0
    printf '%s\n' "$stopped" >../state/restore.stopped
    # shellcheck disable=SC2086 # the names are separate arguments
    sh "$here/compose" stop $stopped >&2 </dev/null || fail "$FAILED" "the application cannot be stopped"
}

is_listening() {
    for entry in $listening; do
        [ "${entry%%:*}" != "$1" ] || return 0
    done
    return 1
}

# Dumps the current database.
keep_database() {
    say 'dumping the current database'
    make_dump
    say "the previous database is in backup/$made"
}

restore_database() {
    say 'restoring the database'
    print_file counts >"$work/counts" || fail "$FAILED" "$backup cannot be read: $(restic_error)"
    { print_file database.dump && : >"$work/read"; } | load_dump app_restored "$work/error" \
        || fail "$FAILED" "the database cannot be restored: $(last_line "$work/error")"
    [ -e "$work/read" ] || fail "$FAILED" "$backup cannot be read: $(restic_error)"
    differences=$(has_same_rows app_restored "$work/counts" "$work/restored") \
        || fail "$FAILED" "the restored database differs from the one that was dumped: $differences"
}

# Restores the volumes into a directory of each one.
restore_volumes() {
    [ -n "$volumes" ] || return 0
    say 'restoring the volumes'
    for volume in $volumes; do
        in_container restore restic --no-lock restore --quiet "$snapshot" --include "/volumes/$volume" \
            --target "/volumes/$volume/.restore-new" </dev/null >&2 \
            || fail "$FAILED" "the volume $volume cannot be restored; free space on the disk of Docker"
    done
}

# Runs a command of the shell in a container with the volumes.
in_volumes() {
    in_container restore sh -euc "$1" sh "$2" </dev/null >&2
}

# What the commands below begin with: the volume, and functions.
#
#   .restore-new        what is restored
#   .restore-keeping    what was there, in part; the rest is in its place
#   .restore-before     what was there, complete
#   .restore-discarded  what is removed
in_volume='
    cd "/volumes/$1"
    move_content() {
        for path in "$1"/* "$1"/.[!.]* "$1"/..?*; do
            case $path in
                ./.restore-*) continue ;;
            esac
            if [ -e "$path" ] || [ -L "$path" ]; then
                mv -f "$path" "$2/"
            fi
        done
    }
    copy_owner() {
        chown "$(stat -c %u:%g "$1")" "$2"
        chmod "$(stat -c %a "$1")" "$2"
    }
'

# Replaces the current data with the restored data.
take_place=$in_volume'
    from=.restore-new/volumes/$1
    mkdir .restore-keeping
    copy_owner . .restore-keeping
    move_content . .restore-keeping
    mv .restore-keeping .restore-before
    copy_owner "$from" .
    move_content "$from" .
    rm -rf .restore-new'

# Puts the previous data back.
give_back=$in_volume'
    if [ -d .restore-before ]; then
        mkdir -p .restore-discarded
        move_content . .restore-discarded
        mv .restore-before .restore-keeping
    fi
    if [ -d .restore-keeping ]; then
        move_content .restore-keeping .
        copy_owner .restore-keeping .
    fi
    rm -rf .restore-new .restore-keeping .restore-discarded'

# Removes the previous data.
forget_before='
    cd "/volumes/$1"
    if [ -d .restore-before ]; then
        rm -rf .restore-discarded
        mv .restore-before .restore-discarded
    fi
    rm -rf .restore-new .restore-discarded'

# Runs one of the commands above in every volume of the backup.
each_volume() {
    [ -n "$snapshot" ] || return 0
    for volume in $volumes; do
        in_volumes "$1" "$volume" || return 1
    done
}

# Puts everything in its place.
replace_all() {
    say 'replacing the current data'
    step=replacing
    each_volume "$take_place" || fail "$FAILED" 'the volumes cannot be replaced'
    [ -z "$dump" ] || rename_databases || is_renamed || fail "$FAILED" 'the database cannot be replaced'
    step=done
}

# Gives the restored database the name of the current one. No client may be connected to it.
rename_databases() {
    sql postgres >&2 <<'SQL'
alter database app with allow_connections false;
select pg_terminate_backend(pid) from pg_stat_activity where datname in ('app', 'app_restored') \g /dev/null
select pg_sleep(1) \g /dev/null
begin;
alter database app rename to app_before;
alter database app_restored rename to app;
commit;
SQL
}

# Says whether the restored database has its name. The answer to the statement that renamed it may have been lost.
is_renamed() {
    [ "$(sql postgres --command="select 1 from pg_database where datname = 'app_before'" </dev/null)" = 1 ]
}

# Removes the restored database, and lets the application connect to the one that was there.
give_back_database() {
    has_database || return 0
    sql postgres --command='alter database app with allow_connections true' \
        --command='drop database if exists app_restored with (force)' >&2 </dev/null
}

# Removes the replaced data. While the replaced database exists, a restore counts as complete.
forget_what_was_before() {
    each_volume "$forget_before" || return 1
    ! has_database || sql postgres --command='drop database if exists app_before with (force)' >&2 </dev/null
}

# Completes or takes back a restore that was killed.
mend_earlier_restore() {
    if has_database && is_renamed; then
        forget_what_was_before || fail "$FAILED" 'the leftovers of an earlier restore cannot be removed'
        return 0
    fi
    each_volume "$give_back" || fail "$FAILED" 'the leftovers of an earlier restore in the volumes cannot be removed'
    give_back_database || fail "$FAILED" "the database does not answer; check with \`sh $ops/status $environment\`"
}

# Ends the script: takes back what is not complete, and starts what was stopped.
finish() {
    code=$?
    trap - EXIT
    trap '' HUP INT TERM
    set +e
    whole=yes
    case $step in
        done) forget_what_was_before || remark 'the previous data could not be removed; the next restore removes it' ;;
        none) ;;
        *) each_volume "$give_back" && give_back_database || whole=no ;;
    esac
    rm -rf "$work"
    if [ -n "$stopped" ]; then
        say 'starting the application'
        # shellcheck disable=SC2086
        sh "$here/compose" start $stopped >&2 </dev/null || whole=no
        rm -f ../state/restore.stopped
    fi
    [ "$step" != done ] || [ "$code" != 0 ] || [ "$whole" = yes ] || fail "$UNHEALTHY" \
        "the backup is restored, and the application does not start; check with \`sh $ops/status $environment\`"
    if [ "$step" != done ]; then
        [ "$whole" = yes ] || fail "$BROKEN" "the previous data could not be put back completely; it is in backup/${made:-?}"
        say 'the previous data is in place'
    fi
    exit "$code"
}
