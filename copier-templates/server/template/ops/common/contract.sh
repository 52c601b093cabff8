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
scratch=''

# A closed standard output is no reason to end.
{ true 3>&1; } 2>/dev/null || exec >/dev/null

# Standard output; functions in $(…) print messages here too.
exec 3>&1

# Prints standard input as a JSON string, without the end of its last line.
json_text() {
    LC_ALL=C awk '
        BEGIN {
            for (i = 1; i < 32; i++) escape[sprintf("%c", i)] = sprintf("\\u%04x", i)
            escape["\t"] = "\\t"
            printf "\""
        }
        {
            gsub(/["\\]/, "\\\\&")
            if ($0 ~ /[\001-\037]/) for (c in escape) gsub(c, escape[c])
            printf "%s%s", (NR > 1 ? "\\n" : ""), $0
        }
        END { printf "\"" }
    '
}

json_string() {
    printf '%s\n' "$1" | json_text
}

# Prints a line of --json. Arguments: a key and its value, in JSON.
json_line() {
    printf '{"script":"%s","environment":%s,%s:%s}\n' "$script" "$(json_string "$environment")" "$1" "$2" >&3
}

# Prints one line about a step that was done or that begins. If the reader of the output has ended, the script continues.
step() {
    if [ "$json" = yes ]; then
        json_line '"step"' "$(json_string "$1")"
    else
        printf '%s\n' "$1" >&3
    fi 2>/dev/null || :
}

# Prints a remark that does not change the exit code.
remark() {
    if [ "$json" = yes ]; then
        json_line '"warning"' "$(json_string "$1")" 2>/dev/null || :
    else
        printf 'warning: %s\n' "$1" >&2 || :
    fi
}

# Prints the reason of a failure, once, in the last line of --json.
say_last() {
    said_last=yes
    # A subshell cannot set a variable of the script, so a file carries the fact.
    [ -z "$scratch" ] || : >"$scratch/said-last"
    if [ "$json" = yes ]; then
        json_line '"exit_code"' "$1,\"message\":$(json_string "$2")" 2>/dev/null || :
    elif [ "$1" != "$DONE" ]; then
        printf 'error: %s\n' "$2" >&2 || :
    elif [ -n "$2" ]; then
        step "$2"
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

# Takes an option that only one script has. That script replaces this function.
own_option() {
    return 1
}

# Reads the options before the arguments, and sets `options` to their number.
read_options() {
    options=0
    for option in "$@"; do
        case $option in
            --json) json=yes ;;
            -h | --help) help ;;
            -*) own_option "$option" || usage_error "there is no option $option" ;;
            *) return 0 ;;
        esac
        options=$((options + 1))
    done
}

# Says whether a text is an image with a registry and a tag or a digest.
is_image() {
    case $1 in
        *[!A-Za-z0-9._:/@-]*) return 1 ;;
    esac
    label='[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?'
    host="($label(\.$label)+(:[0-9]+)?|localhost(:[0-9]+)?|$label:[0-9]+)"
    part='[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*'
    tag=':[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}'
    digest='@sha256:[0-9a-f]{64}'
    printf '%s\n' "$1" | LC_ALL=C grep -q -x -E "$host(/$part)+($tag|($tag)?$digest)"
}

# Checks that an image states its version: the tag latest does not.
check_image() {
    is_image "$1" || usage_error \
        "'$1' is not an image with its registry and a tag or a digest, such as registry.example.com/team/app:1.4.2"
    case $1 in
        *:latest) usage_error "'$1': the tag latest does not say which version it is; use a version or a digest" ;;
    esac
}

# Prints a whole number from a variable, or the default. Arguments: the variable, its value, the default.
number() {
    value=${2:-$3}
    case $value in
        *[!0-9]* | ??????????*) usage_error "$1 must be a whole number below 1000000000, not '$2'" ;;
    esac
    # A leading zero would make it octal.
    while [ "$value" != 0 ] && [ "$value" != "${value#0}" ]; do
        value=${value#0}
    done
    printf '%s' "${value:-0}"
}

# Checks that a program is installed.
need_tool() {
    command -v "$1" >/dev/null 2>&1 || fail "$MISSING" "$1 is not installed: $2"
}
