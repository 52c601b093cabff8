# Migrations of the database.
# shellcheck shell=sh

migrating=no

# Prints the ARNs of the migrations that run.
running_migrations() {
    cloud ecs list-tasks --cluster "$name" --family "$name-migrate" --desired-status RUNNING --query 'taskArns[]'
}

# Waits for migrations that a killed run has started: two at once could break the database.
wait_for_migrations() {
    earlier=$(running_migrations) || cloud_failed "$FAILED" 'the running migrations cannot be listed'
    for arn in $earlier; do
        [ "$arn" != None ] || continue
        step 'waiting for the migration of an earlier run'
        wait_for_task "$arn" "$migrate_limit"
    done
}

# Stops the migration of this run, also if the answer to its start was lost.
stop_migrations() {
    [ "$migrating" = yes ] || return 0
    running=$(running_migrations) || return 1
    for arn in $running; do
        [ "$arn" != None ] || continue
        step 'stopping the migration'
        stop_task "$arn" || return 1
    done
}

has_migration() {
    case " $tasks " in
        *' migrate '*) ;;
        *) return 1 ;;
    esac
}

# Reads what a migration needs, before anything is changed.
prepare_migration() {
    ! has_migration || read_network
}

# Migrates the database with an image.
run_migration() {
    if ! has_migration; then
        step 'the application has no migration'
        return 0
    fi
    wait_for_migrations
    base=$(newest migrate) || cloud_failed "$FAILED" "there is no task definition $name-migrate"
    revision=$(register "$base" "$1")
    step "migrating the database with $1"
    migrating=yes
    start_task "$revision"
    wait_for_task "$task" "$migrate_limit"
    migrating=no
    if [ "$task_exit" != 0 ]; then
        print_rest migrate "$task" | tail -n 40 >&2
        fail "$FAILED" "the migration failed (exit code $task_exit): $task_reason
The database may be migrated in part: see ROLLBACK.md."
    fi
    step 'the database is migrated'
}
