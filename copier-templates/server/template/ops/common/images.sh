# Images: the one that is recorded, and how one gets to the machine.
# shellcheck shell=sh disable=SC2016 # the machine expands the commands

# Prints the recorded image.
recorded_image() {
    call '[ ! -e state/record ] || tail -n 1 state/record'
}

# Prints the images that were recorded, the newest first.
earlier_images() {
    call '[ ! -e state/record ] || awk "{ line[NR] = \$0 } END { for (n = NR; n > 0; n--) print line[n] }" state/record'
}

# Fails if the machine has less than 1 GiB of free disk.
check_disk() {
    free=$(fact free_kb)
    case $free in
        '' | *[!0-9]*) return 0 ;;
    esac
    [ "$free" -ge 1048576 ] || fail "$MISSING" "$machine has $((free / 1024)) MiB of free disk, and an image needs at \
least 1024: check with docker system df, and remove unused images, for example with docker image prune --all"
}

# Brings an image to the machine and checks that it runs there. Nothing that runs is changed.
fetch_image() {
    check_disk
    case $1 in
        localhost/* | localhost:*) send_image "$1" ;;
        *) pull_image "$1" ;;
    esac
    found=$(call 'docker image inspect --format "{{.Architecture}}" "$1"' "$1") \
        || machine_failed "$?" "$MISSING" "the image $1 cannot be read on $machine"
    check_architecture "$1" "$found"
}

check_architecture() {
    wanted=$(fact docker)
    wanted=${wanted##* }
    [ "$2" = "$wanted" ] || fail "$USAGE" \
        "the image $1 is for linux/$2, but $machine has linux/$wanted: build it with --platform linux/$wanted"
}

# Sends an image of the local engine, unless the machine has it already.
send_image() {
    need_tool docker "it contains the image $1: install Docker"
    here_id=$(docker image inspect --format '{{.Id}} {{.Architecture}}' "$1" 2>"$errors" </dev/null) || {
        case $(last_error) in
            *'o such image'*) fail "$USAGE" "there is no image $1 on this machine: build it first" ;;
        esac
        machine_failed 1 "$MISSING" "the Docker engine of this machine cannot look up $1"
    }
    [ -n "$ssh_host" ] || return 0
    check_architecture "$1" "${here_id#* }"
    there_id=$(call 'docker image inspect --format "{{.Id}} {{.Architecture}}" "$1" 2>/dev/null || :' "$1") \
        || machine_failed "$?" "$MISSING" "the images of $machine cannot be read"
    [ "$here_id" != "$there_id" ] || return 0
    step "sending $1 to $machine"
    long stream_image "$1" || machine_failed "$?" "$MISSING" "the image $1 cannot be sent"
}

stream_image() {
    command_line 'docker load >/dev/null'
    line="sh -euc $line"
    lost=0
    while :; do
        code=0
        docker save "$1" 2>"$scratch/save" | once >/dev/null 2>"$errors" || code=$?
        [ "$code" = "$LOST" ] && is_passing && [ "$lost" -lt "$patience" ] || return "$code"
        sleep "$nap" || :
        lost=$((lost + (nap > 0 ? nap : 1)))
    done
}

pull_image() {
    step "pulling $1"
    code=0
    long call 'docker pull --quiet "$1" >/dev/null' "$1" || code=$?
    [ "$code" != 0 ] || return 0
    [ "$code" != "$LOST" ] || machine_failed "$code" "$MISSING" "the image $1 cannot be pulled"
    cp "$errors" "$scratch/pull"
    reason=$(last_error)
    # An earlier version may be needed although its registry does not answer or has deleted it.
    if call 'docker image inspect "$1" >/dev/null 2>&1' "$1"; then
        remark "$1 cannot be pulled, so the copy on the machine is used: $reason"
        return 0
    fi
    registry=${1%%/*}
    case $(tr '\n' ' ' <"$scratch/pull") in
        *denied* | *nauthorized* | *'uthentication required'* | *'no basic auth'* | *forbidden*)
            remote=''
            [ -z "$ssh_host" ] || remote="ssh -t -p $port ${jump_host:+-J $jump_host }$machine "
            fail "$MISSING" "the registry refuses $1: $reason
If it is private, log in on $machine with a read-only token: ${remote}docker login $registry" ;;
        *'no matching manifest'* | *'does not match the specified platform'*)
            wanted=$(fact docker)
            fail "$USAGE" "the image $1 has no version for linux/${wanted##* }: build it with --platform linux/${wanted##* }" ;;
        *'not found'* | *'manifest unknown'* | *'name unknown'* | *'does not exist'*)
            fail "$USAGE" "there is no image $1 in the registry: $reason" ;;
    esac
    fail "$MISSING" "$machine cannot pull $1: $reason"
}
