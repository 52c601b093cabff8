# What a machine must have before it is set up.
# shellcheck shell=sh disable=SC2016 # the machine expands the commands

# Checks the processor, the memory and the disk.
check_machine() {
    found=$(fact docker)
    [ -z "$architecture" ] || [ "${found##* }" = "$architecture" ] || fail "$MISSING" \
        "$machine has the architecture ${found##* }, but environments/$environment.sh states $architecture: \
set architecture in [infra.server.env.$environment] of dazzle.toml and update the files"
    directory_before=$directory directory=/
    found=$(call 'awk "/^MemTotal:/ { print int(\$2 / 1024) }" /proc/meminfo 2>/dev/null || :') \
        || machine_failed "$?" "$MISSING" "the memory of $machine cannot be read"
    directory=$directory_before
    [ -z "$found" ] || [ "$memory_mb" = 0 ] || [ "$((found * 10))" -ge "$((memory_mb * 9))" ] || fail "$MISSING" \
        "$machine has $found MiB of memory, but the limits are for $memory_mb: \
set memory_mb in [infra.server.env.$environment] of dazzle.toml and update the files"
    check_disk
}

# Prints a variable of environments/NAME.env, or the second argument.
variable() {
    found=$(sed -n "s/^$1=//p" "$here/../environments/$environment.env" | tail -n 1)
    printf '%s\n' "${found:-$2}"
}

# Checks that the ports of the proxy are free, or that the proxy uses them.
check_ports() {
    directory_before=$directory directory=/
    found=$(call 'running=$(docker ps --quiet --filter "label=com.docker.compose.project=$name" \
            --filter label=com.docker.compose.service=caddy)
        [ -z "$running" ] || exit 0
        for port in "$@"; do
            cat /proc/net/tcp /proc/net/tcp6 2>/dev/null \
                | awk -v port="$(printf "%04X" "$port")" "\$4 == \"0A\" && \$2 ~ (\":\" port \"\$\") { found = 1 } END { exit !found }" \
                && echo "$port"
        done
        exit 0' "$(variable HTTP_PORT 80)" "$(variable HTTPS_PORT 443)") \
        || machine_failed "$?" "$MISSING" "the ports of $machine cannot be read"
    directory=$directory_before
    found=$(printf '%s' "$found" | tr '\n' ' ')
    [ -z "$found" ] || fail "$MISSING" \
        "another program on $machine uses the ports of the proxy: $found; find it with sudo ss -ltnp, and stop it"
}

# Checks that the domain points to the machine.
check_dns() {
    # shellcheck disable=SC2086
    here_found=$(addresses $domain)
    directory_before=$directory directory=/
    call 'getent ahosts "$1" 2>/dev/null | sed "s/^/domain /" || :
        { ip -o addr show scope global 2>/dev/null | awk "{ print \$4 }" || hostname -I 2>/dev/null | tr " " "\n" || :; } \
            | sed "s/^/own /"' "$domain" >"$scratch/dns" || machine_failed "$?" "$MISSING" "$domain cannot be resolved"
    directory=$directory_before
    {
        printf '%s\n' "$here_found"
        sed -n 's/^domain \([^ ]*\).*/\1/p' "$scratch/dns"
    } | grep . | sort -u >"$scratch/of-domain" || :
    {
        printf '%s\n' "$ssh_host"
        addresses "$ssh_host"
        sed -n 's/^own \([^ /]*\).*/\1/p' "$scratch/dns"
    } | grep . | sort -u >"$scratch/of-machine" || :
    advice="Set the A record of $domain to the public IPv4 address of $machine, and no AAAA record: the proxy answers IPv4 only.
Without it, the certificate authority refuses the certificate, and its rate limits count failed requests.
To go on before that: sh $ops/setup --skip-dns $environment"
    [ -s "$scratch/of-domain" ] || fail "$MISSING" "the domain $domain does not resolve.
$advice"
    others=$(grep -v -x -F -f "$scratch/of-machine" "$scratch/of-domain" | tr '\n' ' ' || :)
    if ! grep -q -x -F -f "$scratch/of-machine" "$scratch/of-domain"; then
        # Behind a jump host or address translation, the machine does not know its public address.
        if ! has_public_address; then
            remark "$machine has private addresses only: check that ${others% }, to which $domain points, reaches the machine"
            return 0
        fi
        fail "$MISSING" "the domain $domain points to ${others% }, which is not $machine.
$advice"
    fi
    [ -z "$others" ] || remark "the domain $domain also points to ${others% }, which is not $machine"
}

# Says whether one of the addresses of the machine is a public IPv4 address (RFC 1918, RFC 6598, RFC 3927).
has_public_address() {
    grep -x -E '[0-9]+(\.[0-9]+){3}' "$scratch/of-machine" \
        | grep -q -v -E '^(0|10|127|169\.254|192\.168|172\.(1[6-9]|2[0-9]|3[01])|100\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))\.'
}

# Prints the addresses of a name, seen from here.
addresses() {
    getent ahosts "$1" 2>/dev/null | awk '{ print $1 }' | sort -u || :
}
