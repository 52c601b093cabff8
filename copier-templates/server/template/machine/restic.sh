# restic, which keeps the backups, in a container of its own. The address of the repository is a fact of the
# environment; its password and its credentials are secrets.
# shellcheck shell=sh

# Writes what restic needs to run/restic. The container reads files there, because its variables would be shown by
# `docker inspect`. RESTIC_AWS_ACCESS_KEY_ID becomes AWS_ACCESS_KEY_ID, and so on.
prepare_restic() {
    [ -n "$backup_repository" ] || fail "$MISSING" \
        "$environment has no backup repository; set \`backup\` in [infra.server.env.$environment] of dazzle.toml"
    [ -s ../secrets/RESTIC_PASSWORD ] || fail "$UNHEALTHY" \
        "RESTIC_PASSWORD has no value; run \`sh ops/secrets set $environment RESTIC_PASSWORD\`"
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
        [ -s "../secrets/$one" ] || fail "$UNHEALTHY" "$one has no value; run \`sh ops/secrets set $environment $one\`"
    done
    case $backup_repository in
        /*) [ -d "$backup_repository" ] || fail "$MISSING" "the directory $backup_repository of the backup repository \
does not exist on the machine; mount its disk, or make the directory" ;;
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
    env BACKUP_DIRECTORY="$directory" BACKUP_SSH="$ssh" \
        sh "$here/compose" --progress quiet run --rm -T "$service" "$@"
}

restic() {
    case $backup_repository in
        # The configuration of the user is not that of the container.
        sftp:*) in_container backup restic --option 'sftp.args=-F none -o BatchMode=yes' "$@" ;;
        *) in_container backup restic "$@" ;;
    esac
}

# Prints what the repository is: ready, none, locked, wrong-password or unreachable. restic 0.17 and newer tell it by the
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
        printf 'unreachable\n'
    fi
}

# Ends the script with what is wrong with the repository. Argument: its state.
fail_repository() {
    case $1 in
        wrong-password) fail "$FAILED" "RESTIC_PASSWORD does not open the backup repository $backup_repository; \
run \`sh ops/secrets set $environment RESTIC_PASSWORD\` with the password it was made with" ;;
        none) fail "$FAILED" "there is no backup repository at $backup_repository; mount its disk, or correct \`backup\` \
in [infra.server.env.$environment] of dazzle.toml" ;;
        *) fail "$FAILED" "the backup repository $backup_repository cannot be reached: \
$(grep -v '^$' ../run/restic/error | tail -n 1); check its address and its credentials" ;;
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
