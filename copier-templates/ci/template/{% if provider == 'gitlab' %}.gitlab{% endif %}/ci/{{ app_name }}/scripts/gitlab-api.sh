# shellcheck shell=sh
# Calls of GitLab's API with the token in INFRA_TOKEN. Scripts source this file. wget is in every image that they run in;
# BusyBox's knows GET and POST alone.

# Prints the standard input as a string of JSON, cut at what an argument of a program can hold.
json() {
    printf '"'
    head -c 60000 | tr '\t' ' ' | tr -d '\000-\011\013-\037' | sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' |
        awk 'NR > 1 { printf "\\n" } { printf "%s", $0 }'
    printf '"'
}

# usage: get PATH-OF-THE-PROJECT
get() {
    wget -q -O - --header "PRIVATE-TOKEN: $INFRA_TOKEN" "$CI_API_V4_URL/projects/$CI_PROJECT_ID/$1"
}

# usage: post PATH-OF-THE-PROJECT JSON
post() {
    wget -q -O - --header "PRIVATE-TOKEN: $INFRA_TOKEN" --header 'Content-Type: application/json' --post-data "$2" \
        "$CI_API_V4_URL/projects/$CI_PROJECT_ID/$1"
}

# usage: first_iid JSON; prints the number of the first issue or merge request of a list, if there is one.
first_iid() {
    printf '%s' "$1" | sed -n 's/^[^{]*{[^{}]*"iid": *\([0-9]*\).*/\1/p' | head -n 1
}
