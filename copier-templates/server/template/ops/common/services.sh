# Services: what runs, and whether it is healthy.
# shellcheck shell=sh disable=SC2016 # the machine expands the commands

# Prints what the machine runs: lines of key=value, then one line for each container, with tabs: service, state, exit
# code, restarts, start and image.
read_services() {
    call 'for color in blue green; do
            [ ! -e "state/live/$color" ] || live=$color
        done
        echo "live=${live:-}"
        [ ! -e state/images.env ] || sed -n "/^[A-Z_]*=/p" state/images.env
        echo "recorded=$(tail -n 1 state/record 2>/dev/null || :)"
        ids=$(containers | sed "s/ .*//")
        # A container may disappear in the meantime.
        [ -z "$ids" ] || docker container inspect --format \
            "{{index .Config.Labels \"com.docker.compose.service\"}}{{\"\t\"}}{{.State.Status}}{{\"\t\"}}{{.State.ExitCode}}{{\"\t\"}}{{.RestartCount}}{{\"\t\"}}{{.State.StartedAt}}{{\"\t\"}}{{.Config.Image}}" \
            $ids 2>/dev/null || :'
}

# Prints a value of the output of read_services. Arguments: the file, and the key.
value_of() {
    sed -n "s/^$2=//p" "$1"
}

# Prints a field of each container of a service. Arguments: the file of the output of read_services, the service, and the
# number of the field.
field() {
    awk -F '\t' -v service="$2" -v field="$3" 'NF > 1 && $1 == service { print $field }' "$1"
}

# Prints the names of the services that listen.
entry_points() {
    for one in $listening; do
        printf '%s\n' "${one%%:*}"
    done
}

# Asks the services of a color for their health, from the proxy, as requests reach them. Prints the names of the healthy
# ones. Argument: the color.
read_health() {
    # shellcheck disable=SC2046 # the entries are separate arguments
    call 'color=$1 domain=$2
        shift 2
        for one in "$@"; do
            service=${one%%:*} rest=${one#*:}
            port=${rest%%:*} rest=${rest#*:}
            path=${rest%%:*} host=${rest#*:}
            compose exec -T caddy wget -q -T 5 -O /dev/null --header "Host: ${host:-$domain}" \
                --header "X-Forwarded-Proto: https" "http://$service-$color:$port$path" >/dev/null 2>&1 </dev/null || continue
            echo "$service"
        done' "$1" "$domain" $(with_health)
}

# Prints the entries of `listening` that have a health check.
with_health() {
    for one in $listening; do
        case $one in
            *:*:/*:*) printf '%s\n' "$one" ;;
        esac
    done
}

# Notes why a service is not healthy: in $scratch/reason, with the last lines that it wrote on standard error.
note_reason() {
    printf '%s' "$2" >"$scratch/reason"
    call 'for id in $(of_services "$1"); do docker logs --tail 30 "$id" 2>&1 || :; done' "$1" >&2 || :
}

# Waits until services run and are healthy. Fails if one does not start, or after OPS_HEALTHY_SECONDS; the reason is in
# $scratch/reason. A service with a health check is asked; another one must not start again for OPS_STEADY_SECONDS.
# Arguments: the color that is asked or `none`, and the services of Compose.
wait_for_services() {
    asked=$1
    shift
    waited=0
    since=0
    : >"$scratch/starts-before"
    while :; do
        if read_services >"$scratch/now" && look_at_services "$@"; then
            return 0
        fi
        [ ! -s "$scratch/reason" ] || return 1
        if [ "$waited" -ge "$healthy_limit" ]; then
            note_reason "${waiting##* }" "not healthy after $healthy_limit seconds:$waiting"
            return 1
        fi
        keep_lock
        pause
    done
}

# Looks once at services. Succeeds if all are healthy; `waiting` contains the others.
look_at_services() {
    waiting=''
    unasked=''
    for service in "$@"; do
        [ "$asked" != none ] && has_health "${service%-*}" || unasked="$unasked $service"
        for state in $(field "$scratch/now" "$service" 2); do
            [ "$state" = running ] || waiting="$waiting $service"
        done
        for count in $(field "$scratch/now" "$service" 4); do
            [ "$count" -lt 3 ] || {
                note_reason "$service" "the service $service does not start: it exited $count times"
                return 1
            }
        done
    done
    for service in $unasked; do
        field "$scratch/now" "$service" 5
    done >"$scratch/starts"
    if ! cmp -s "$scratch/starts" "$scratch/starts-before"; then
        since=$waited
        cp "$scratch/starts" "$scratch/starts-before"
    fi
    [ -z "$unasked" ] || [ "$((waited - since))" -ge "$steady" ] || waiting="$waiting$unasked"
    if [ "$asked" != none ]; then
        healthy=$(read_health "$asked") || return 1
        for one in $(with_health); do
            printf '%s\n' "$healthy" | grep -q -x -F -e "${one%%:*}" || waiting="$waiting ${one%%:*}-$asked"
        done
    fi
    [ -z "$waiting" ]
}

has_health() {
    with_health | grep -q "^$1:"
}

# Lets the proxy read its files again.
reload_caddy() {
    change 'compose exec -T caddy caddy reload --config /etc/caddy/Caddyfile --address unix//run/caddy/admin.sock \
        </dev/null' >/dev/null
}
