# New values of secrets that a store uses: the store takes the value, then the file. If a step fails, both have the
# value before.
# shellcheck shell=sh

# Gives a secret a new value. Arguments: the name, the value.
replace() {
    case $1 in
        POSTGRES_PASSWORD)
            change_role "$2" || fail "$FAILED" "the database did not take the password; the previous one is in use; \
check with \`sh $ops/status $environment\`"
            write_secret "$1" "$2" ;;
        REDIS_PASSWORD) replace_in_service redis "$1" "$2" ;;
        STORAGE_ACCESS_KEY | STORAGE_SECRET_KEY) replace_in_service storage "$1" "$2" ;;
        RESTIC_PASSWORD) replace_repository_password "$2" ;;
        *) write_secret "$1" "$2" ;;
    esac
}

# The statement is standard input, because arguments are seen by other processes, and stays out of the server's log.
change_role() {
    {
        printf '%s\n' "set log_statement = 'none';" 'set log_min_duration_statement = -1;' \
            'set log_min_error_statement = panic;'
        printf "alter role app password '%s';\n" "$1"
    } | sh "$here/compose" exec -T postgres \
        psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --username=app --dbname=app >/dev/null
}

# A service that reads its secret when it starts. Arguments: the service, the name, the value.
replace_in_service() {
    before=$(secret "$2")
    write_secret "$2" "$3"
    ! restart "$1" || return 0
    write_secret "$2" "$before"
    restart "$1" || fail "$BROKEN" "$1 does not start with the new secret, nor with the previous one; \
check with \`sh $ops/logs $environment $1\`"
    fail "$FAILED" "$1 did not start with the new secret; the previous one is in use"
}

# A new container, because a container keeps the file of a secret that it was created with.
restart() {
    sh "$here/compose" up --detach --wait --no-deps --force-recreate "$1" </dev/null >&2
}

# The repository has a key for each password. The old key is removed when the new one opens the repository.
replace_repository_password() {
    exec 7>../state/backup.lock
    flock -n 7 || fail "$LOCKED" 'a backup or a restore is running; wait until it finishes'
    found=$(repository_state)
    case $found in
        none) write_secret RESTIC_PASSWORD "$1"; return 0 ;;
        ready) ;;
        *) fail_repository "$found" ;;
    esac
    release_locks
    printf '%s' "$1" >../run/restic/new-password
    restic key add --new-password-file /run/restic/new-password >/dev/null </dev/null || {
        rm -f ../run/restic/new-password
        fail "$FAILED" 'the repository did not take the password; the previous one is in use'
    }
    rm -f ../run/restic/new-password
    write_secret RESTIC_PASSWORD "$1"
    prepare_restic
    remove_other_keys || fail "$FAILED" "the new password is in use, and the previous one still opens the repository; \
run \`sh $ops/secrets rotate $environment RESTIC_PASSWORD\` again"
}
