# restic, which keeps the backups, in a container of its own. The address of the repository is a fact of the
# environment; its password and its credentials are secrets.
# shellcheck shell=sh

# Writes what restic needs to run/restic. The container reads files there, because its variables would be shown by
# `docker inspect`. RESTIC_AWS_ACCESS_KEY_ID becomes AWS_ACCESS_KEY_ID, and so on.
prepare_restic() {
    [ -n "$backup_repository" ] || fail "$MISSING" \
        "$environment has no backup repository; set \`backup\` in [infra.server.env.$environment] of dazzle.toml"
    [ -s ../secrets/RESTIC_PASSWORD ] || fail "$UNHEALTHY" \
        "RESTIC_PASSWORD has no value; run \`sh $ops/secrets set $environment RESTIC_PASSWORD\`"
    [ -d ../run/restic ] || mkdir ../run/restic
    secret RESTIC_PASSWORD >../run/restic/password
    {
        case $backup_repository in
            /*) assign RESTIC_REPOSITORY /repository ;;
            *) assign RESTIC_REPOSITORY "$backup_repository" ;;
        esac
        for file in ../secrets/RESTIC_*; do
            variable=${file##*/RESTIC_}
            [ -s "$file" ] || continue
            case $variable in
                PASSWORD) ;;
                # restic's own names.
                REST_*) assign "RESTIC_$variable" "$(cat "$file")" ;;
                *) assign "$variable" "$(cat "$file")" ;;
            esac
        done
    } >../run/restic/credentials
    for one in $(repository_names); do
        [ -s "../secrets/$one" ] || fail "$UNHEALTHY" "$one has no value; run \`sh $ops/secrets set $environment $one\`"
    done
    case $backup_repository in
        /*) [ -d "$backup_repository" ] || fail "$MISSING" "the directory $backup_repository of the backup repository \
does not exist on the machine; mount its disk, or create the directory" ;;
    esac
}

# Prints a line of shell that sets a variable.
assign() {
    printf "export %s='%s'\n" "$1" "$(printf '%s' "$2" | sed "s/'/'\\\\''/g")"
}

# Secrets of the environment that are credentials of the repository.
repository_names() {
    for one in $stack_secrets; do
        case $one in
            RESTIC_PASSWORD) ;;
            RESTIC_*) printf '%s\n' "$one" ;;
        esac
    done
}

# Runs restic, or another program of its image. Arguments: the service, then those of restic.
in_container() {
    service=$1
    shift
    directory=../run/restic ssh=../run/restic
    case $backup_repository in
        /*) directory=$backup_repository ;;
        sftp:*) ssh=$HOME/.ssh ;;
    esac
    env BACKUP_DIRECTORY="$directory" BACKUP_SSH="$ssh" BACKUP_HOST="$(host_name)" \
        sh "$here/compose" --progress quiet run --rm -T "$service" "$@"
}

restic() {
    case $backup_repository in
        # The configuration of the user is not that of the container.
        sftp:*) in_container backup restic --option 'sftp.args=-F none -o BatchMode=yes' "$@" ;;
        *) in_container backup restic "$@" ;;
    esac
}

# Prints what the repository is: ready, none, wrong-password or unusable. restic 0.17 and newer tell it by the
# exit code (restic documentation, "Scripting").
repository_state() {
    [ -n "$backup_repository" ] || { printf 'none\n'; return 0; }
    prepare_restic >&2
    code=0
    restic --no-lock cat config >/dev/null 2>../run/restic/error </dev/null || code=$?
    if [ "$code" = 0 ]; then
        printf 'ready\n'
    elif [ "$code" = 10 ] || grep -q 'Is there a repository at the following location' ../run/restic/error; then
        printf 'none\n'
    elif [ "$code" = 12 ] || grep -q 'wrong password or no key found' ../run/restic/error; then
        printf 'wrong-password\n'
    else
        printf 'unusable\n'
    fi
}

# Ends the script with what is wrong with the repository. Argument: its state.
fail_repository() {
    ! grep -q 'already locked' ../run/restic/error 2>/dev/null || fail "$LOCKED" "the backup repository $backup_repository \
is $(sed -n 's/.*is already locked/locked/p' ../run/restic/error | head -n 1); wait until that run ends; the lock of a run \
that was killed is removed after 30 minutes"
    case $1 in
        wrong-password) fail "$FAILED" "RESTIC_PASSWORD does not open the backup repository $backup_repository; \
run \`sh $ops/secrets set $environment RESTIC_PASSWORD\` with the password of the repository" ;;
        none) fail "$FAILED" "there is no backup repository at $backup_repository; mount its disk, or correct \`backup\` \
in [infra.server.env.$environment] of dazzle.toml" ;;
        *) fail "$FAILED" "the backup repository $backup_repository cannot be used: \
$(restic_error); check its address, its credentials and its free space" ;;
    esac
}

# Removes all keys of the repository but the one that opened it.
remove_other_keys() {
    restic key list </dev/null >../run/restic/keys || return 1
    # The key in use is marked with an asterisk.
    awk '$1 ~ /^[0-9a-f]+$/ && length($1) >= 8 { print $1 }' ../run/restic/keys >../run/restic/other-keys
    while read -r key; do
        restic key remove "$key" </dev/null >/dev/null || return 1
    done <../run/restic/other-keys
}

# Removes what runs on this machine that were killed have left: their containers, and their locks in the repository.
# The caller holds the lock `backup` of the machine, and no other run needs them. Locks of other machines are kept,
# unless they are old.
release_locks() {
    for service in backup restore; do
        docker ps --quiet --filter "label=com.docker.compose.project=$name" \
            --filter "label=com.docker.compose.service=$service" --filter label=com.docker.compose.oneoff=True
    done >../run/restic/containers
    while read -r container; do
        docker rm --force "$container" >/dev/null
    done <../run/restic/containers
    restic --no-lock list locks </dev/null >../run/restic/locks 2>/dev/null || return 0
    others=no
    while read -r lock_id; do
        restic --no-lock cat lock "$lock_id" </dev/null 2>/dev/null | grep -q "\"hostname\": *\"$(host_name)\"" || others=yes
    done <../run/restic/locks
    [ -s ../run/restic/locks ] || return 0
    if [ "$others" = no ]; then
        restic unlock --quiet --remove-all </dev/null >&2
    else
        restic unlock --quiet </dev/null >&2
    fi
}

# The name under which the repository knows this machine, and the tags of its snapshots.
host_name() {
    printf '%s-%s' "$name" "$environment"
}

tag() {
    host_name
}

partial_tag() {
    printf '%s-partial' "$(host_name)"
}

# Prints the paths of a snapshot.
backup_paths() {
    ! is_in postgres "$stores" || printf '/backup\n'
    [ -z "$volumes" ] || printf '/volumes\n'
}

restic_error() {
    sed '/^[[:space:]]*$/d; s/^Fatal: //' ../run/restic/error | tail -n 1
}

# Sets `snapshot` to the ID and `taken` to the time of a snapshot. Argument: its ID, or latest.
find_snapshot() {
    case $1 in
        latest) restic --no-lock snapshots --compact --host "$(host_name)" --tag "$(tag)" ;;
        *) restic --no-lock snapshots --compact "$1" ;;
    esac </dev/null >../run/restic/output 2>../run/restic/error || :
    snapshot='' taken=''
    while read -r id day time _; do
        case $id in
            *[!0-9a-f]* | '') ;;
            ????????) snapshot=$id taken="$day $time UTC" ;;
        esac
    done <../run/restic/output
    [ -n "$snapshot" ] || fail "$USAGE" "there is no snapshot $1 of $(host_name) in $backup_repository; \
list them with \`sh $ops/restore $environment list\`"
}

# Prints the path of the dump in the snapshot; nothing if there is none.
dump_in_snapshot() {
    restic --no-lock ls --recursive "$snapshot" /backup </dev/null 2>../run/restic/error \
        | grep '^/backup/[0-9]*T[0-9]*Z/database.dump$' | tail -n 1
}

# Writes a file of the snapshot to standard output.
print_from_snapshot() {
    restic --no-lock dump "$snapshot" "$1" </dev/null 2>../run/restic/error
}
