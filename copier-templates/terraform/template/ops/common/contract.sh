# What the scripts of every deploy target share: arguments, messages and exit codes.
# shellcheck shell=sh

# Exit codes. A script that changes nothing uses 0, 2, 5 and 6 only.
readonly DONE=0      # done
readonly FAILED=1    # failed; what the script changed is taken back
readonly USAGE=2     # wrong arguments; nothing was changed
readonly BROKEN=3    # failed, and not everything could be taken back
readonly LOCKED=4    # another deployment of this environment is running
readonly MISSING=5   # a tool, a login, a permission or the environment itself is missing
readonly UNHEALTHY=6 # the application is not healthy

json=no
said_last=no
environment=''

# Standard output; functions in $(…) print messages here too.
exec 3>&1

# Prints a text as a JSON string.
json_string() {
    TEXT=$1 awk 'BEGIN {
        text = ENVIRON["TEXT"]
        for (i = 1; i <= length(text); i++) {
            c = substr(text, i, 1)
            if (c == "\\" || c == "\"") c = "\\" c
            else if (c == "\n") c = "\\n"
            else if (c == "\t") c = "\\t"
            else if (c == "\r") c = "\\r"
            else if (c < " ") c = "?"
            line = line c
        }
        printf "\"%s\"", line
    }'
}

# Prints one line about a step that was done or that begins.
step() {
    if [ "$json" = yes ]; then
        printf '{"script":"%s","environment":%s,"step":%s}\n' \
            "$script" "$(json_string "$environment")" "$(json_string "$1")" >&3
    else
        printf '%s\n' "$1" >&3
    fi
}

# Prints a remark that does not change the exit code.
remark() {
    if [ "$json" = yes ]; then
        printf '{"script":"%s","environment":%s,"warning":%s}\n' \
            "$script" "$(json_string "$environment")" "$(json_string "$1")" >&3
    else
        printf 'warning: %s\n' "$1" >&2
    fi
}

# Prints the reason of a failure, once, in the last line of --json.
say_last() {
    said_last=yes
    # A subshell cannot set a variable of the script, so a file carries the fact.
    [ -z "${scratch:-}" ] || : >"$scratch/said-last"
    if [ "$json" = yes ]; then
        printf '{"script":"%s","environment":%s,"exit_code":%d,"message":%s}\n' \
            "$script" "$(json_string "$environment")" "$1" "$(json_string "$2")" >&3
    elif [ "$1" != "$DONE" ]; then
        printf 'error: %s\n' "$2" >&2
    elif [ -n "$2" ]; then
        printf '%s\n' "$2" >&3
    fi
}

# Ends the script with an exit code and a message.
fail() {
    # With changes to take back, the last line follows after that.
    if [ "${changed:-no}" = yes ]; then
        reason_file=$scratch/reason
        printf '%s' "$2" >"$reason_file"
    else
        say_last "$1" "$2"
    fi
    exit "$1"
}

# Ends the script because its arguments are wrong.
usage_error() {
    fail "$USAGE" "$1
usage: $usage"
}

# Prints the comment at the top of the script, and its usage.
help() {
    sed -n '2,/^[^#]/{s/^# //p;}' "$0"
    printf 'usage: %s\n' "$usage"
    said_last=yes
    exit "$DONE"
}

# Checks that an image is named by a tag or a digest, and not by the tag latest.
check_image() {
    case $1 in
        '' | *[!A-Za-z0-9._:/@-]* | -*) usage_error "'$1' is not the name of an image" ;;
        *@sha256:*) ;;
        *:latest) usage_error "'$1': the tag latest does not say which version it is; use a version or a digest" ;;
        *) case ${1##*/} in
            *:*) ;;
            *) usage_error "'$1' has no tag; append a version, such as $1:1.0.0" ;;
        esac ;;
    esac
}

# Prints a number of seconds from a variable, or the default.
seconds() {
    case ${2:-$3} in
        '' | *[!0-9]*) usage_error "$1 must be a number of seconds, not '$2'" ;;
        *) printf '%s' "${2:-$3}" ;;
    esac
}

# Checks that a program is installed.
need_tool() {
    command -v "$1" >/dev/null 2>&1 || fail "$MISSING" "$1 is not installed: $2"
}
