# What the scripts on the machine share: the facts of the environment, messages, and the exit codes of ops.
# shellcheck shell=sh disable=SC2034

readonly FAILED=1    # failed; what the script changed is taken back
readonly USAGE=2     # wrong arguments; nothing was changed
readonly BROKEN=3    # failed, and not everything could be taken back
readonly LOCKED=4    # the same work is running
readonly MISSING=5   # a tool, a permission or a file is missing
readonly UNHEALTHY=6 # a value or a backup is missing

# Only the owner can read the files of these scripts.
umask 077
unset CDPATH

# A connection that is lost ends no script in the middle of its work.
trap '' PIPE

# Ends the script with an exit code and a message.
fail() {
    printf 'error: %s\n' "$2" >&2 || :
    exit "$1"
}

remark() {
    printf 'warning: %s\n' "$1" >&2 || :
}

# Prints a line about a step.
say() {
    printf '%s\n' "$1" 2>/dev/null || :
}

# The directory of the scripts that people call, for messages with commands; the facts state it.
ops=ops

# The directory of the stack; `secrets`, `run`, `state` and `backup` are beside it.
cd "$here/.."
[ -r ../state/environment ] || fail "$MISSING" \
    "${here%/*} is not set up: ../state/environment is missing; run \`sh $ops/setup ENVIRONMENT\`"
environment=$(cat ../state/environment)

# Facts of the environment, from its file.
name='' stores='' listening='' workers='' scheduled='' generated_secrets='' given_secrets='' stack_secrets='' secrets_source=''
backup_repository='' volumes='' scripts=''
[ -r "environments/$environment.sh" ] || fail "$MISSING" \
    "environments/$environment.sh is missing in the directory stack; run \`sh $ops/setup $environment\`"
# shellcheck source=/dev/null
. "environments/$environment.sh"
ops=${scripts:-$ops}

# Prints a variable of Compose, from the file that people edit.
stated() {
    sed -n "s/^[[:blank:]]*$1[[:blank:]]*=[[:blank:]]*//p" "environments/$environment.env" | tail -n 1 \
        | sed "s/[[:space:]]*\$//; s/^\"\\(.*\\)\"\$/\\1/; s/^'\\(.*\\)'\$/\\1/"
}

# Says whether a word is in a list.
is_in() {
    case " $2 " in
        *" $1 "*) ;;
        *) return 1 ;;
    esac
}

is_variable() {
    case $1 in
        '' | [0-9]* | *[!A-Za-z0-9_]*) return 1 ;;
    esac
}

# Prints a secret.
secret() {
    cat "../secrets/$1"
}

has_secret() {
    [ -f "../secrets/$1" ]
}

# Lists names for a message.
listed() {
    printf '%s' "$1" | sed 's/^ *//; s/  *$//; s/  */, /g'
}

# Holds a lock until the script ends. The kernel releases it, also after a kill.
lock() {
    exec 9>"../state/$1.lock"
    flock -n 9 || fail "$LOCKED" "$2; wait until it finishes"
}

# Holds exclusively the lock that scheduled commands share.
lock_tasks() {
    exec 8>../state/tasks.lock
    flock -n 8 || fail "$LOCKED" 'a scheduled command is running; wait until it finishes'
}

share_tasks() {
    exec 8>../state/tasks.lock
    flock -s -n 8 || fail "$LOCKED" 'a restore is running; wait until it finishes'
}
