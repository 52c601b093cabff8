# Migrations of the database, and what else runs once before a version.
# shellcheck shell=sh disable=SC2016 # the machine expands the commands

migrating=''

# Waits for migrations that a killed run has started: two at once could break the database, and so could another version,
# a dump or a restore meanwhile.
wait_for_migrations() {
    for release in $releases; do
        task=$name-$release
        state=$(call 'docker container inspect --format "{{.State.Status}}" "$1" 2>/dev/null || :' "$task") \
            || machine_failed "$?" "$FAILED" 'the running migrations cannot be listed'
        [ "$state" = running ] || continue
        step 'waiting for the migration of an earlier run'
        wait_for_task "$task" "$migrate_limit"
    done
}

# Stops the migration of this run, also if the answer to its start was lost.
stop_migrations() {
    [ -n "$migrating" ] || return 0
    step 'stopping the migration'
    long change 'state=$(docker container inspect --format "{{index .Config.Labels \"dazzle.run\"}}" "$1" 2>/dev/null) || exit 0
        [ "$state" = "$owner" ] || exit 0
        docker stop "$1" >/dev/null
        docker rm --force --volumes "$1" >/dev/null' "$migrating"
}

# Dumps the database before a migration, which is not taken back.
back_up() {
    case " $stores " in
        *' postgres '*) [ -n "$releases" ] || return 0 ;;
        *) return 0 ;;
    esac
    step 'dumping the database'
    waited=0
    while :; do
        code=0
        long change 'sh stack/machine/backup --dump >/dev/null' || code=$?
        [ "$code" = "$LOCKED" ] && [ "$waited" -lt "$migrate_limit" ] || break
        [ "$waited" != 0 ] || step 'waiting for a backup that is running'
        keep_lock
        pause
    done
    [ "$code" = 0 ] || machine_failed "$code" "$FAILED" 'the database cannot be dumped'
}

# Migrates the database with an image.
run_migration() {
    if [ -z "$releases" ]; then
        step 'the application has no migration'
        return 0
    fi
    step "migrating the database with $1"
    for release in $releases; do
        task=$name-$release
        migrating=$task
        start_task "$task" "$1" "$release" >/dev/null || machine_failed "$?" "$FAILED" "$release cannot be started"
        wait_for_task "$task" "$migrate_limit"
        [ "$task_exit" = 0 ] || migration_failed "$release"
        migrating=''
    done
    step 'the database is migrated'
}

migration_failed() {
    call 'docker logs --tail 40 "$1" 2>&1' "$task" >&2 2>/dev/null || :
    remove_task "$task" || :
    migrating=''
    case $task_exit in
        none) reason=$task_reason ;;
        *) reason="exit code $task_exit${task_reason:+, $task_reason}" ;;
    esac
    fail "$FAILED" "the migration ($1) failed: $reason
The database may be partly migrated: see RUNBOOK.md."
}
