# Containers that end: migrations and commands. They run without a connection; their state is looked at.
# shellcheck shell=sh disable=SC2016 # the machine expands the commands

# Starts a container, once for each run of the script. Fails with REFUSED if one of this name runs that another run has
# started. Arguments: its name, the image of APP_IMAGE, the service, and a command.
start_task() {
    # `run` holds no lock.
    begin=call
    [ "$locked" = no ] || begin=change
    "$begin" 'task=$1 image=$2 service=$3
        shift 3
        state=$(docker container inspect --format "{{index .Config.Labels \"dazzle.run\"}} {{.State.Status}}" "$task" \
            2>/dev/null) || state=
        case $state in
            # The answer to the start was lost.
            "$owner running" | "$owner exited") exit 0 ;;
            *" running") exit 95 ;;
            ?*) docker rm --force --volumes "$task" >/dev/null ;;
        esac
        env APP_IMAGE="$image" BLUE_IMAGE="$image" GREEN_IMAGE="$image" sh stack/machine/compose run --detach --no-deps \
            -T --name "$task" --label "dazzle.run=$owner" "$service" "$@" </dev/null >/dev/null' "$@"
}

# Prints the state of a container, its exit code, whether it needed too much memory, and an error. Argument: its name.
task_state() {
    call 'docker container inspect --format \
        "{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}} {{.State.Error}}" "$1"' "$1"
}

# Waits for the end of a container. Sets `task_exit` (a number, or none) and `task_reason`. Arguments: its name, seconds,
# and what is done at each look.
wait_for_task() {
    waited=0
    while :; do
        code=0
        state=$(task_state "$1") || code=$?
        case $code,$state in
            0,exited* | 0,dead*) break ;;
            "$LOST",*) [ -n "$ssh_host" ] || break ;;
            0,*) ;;
            *)
                task_exit=none
                task_reason=$(last_error)
                return 0
                ;;
        esac
        if [ "$waited" -ge "$2" ]; then
            stop_task "$1" || remark "the container $1 could not be stopped"
            task_exit=none
            task_reason="not finished after $2 seconds, and stopped"
            return 0
        fi
        ${3:-:}
        keep_lock
        pause
    done
    task_exit=$(printf '%s\n' "$state" | cut -d ' ' -f 2)
    task_reason=$(printf '%s\n' "$state" | cut -d ' ' -f 4-)
    case $state in
        *' true '*) task_reason="it needed more memory than the limit TASK_MEMORY or WEB_MEMORY in environments/$environment.env" ;;
    esac
}

# Stops a container and waits for its end. Argument: its name.
stop_task() {
    # The container may not exist: the call that starts it was lost.
    long call 'docker container inspect "$1" >/dev/null 2>&1 || exit 0
        docker stop "$1" >/dev/null' "$1"
}

remove_task() {
    call 'docker container inspect "$1" >/dev/null 2>&1 || exit 0
        docker rm --force --volumes "$1" >/dev/null' "$1" >/dev/null
}

# Prints what a container has written since the last call. Argument: its name.
print_output() {
    printed=$(cat "$scratch/printed" 2>/dev/null) || printed=0
    call 'docker logs "$1" 2>&1 | tail -c "+$2"' "$1" "$((printed + 1))" >"$scratch/page" || return 0
    size=$(wc -c <"$scratch/page")
    printf '%s' "$((printed + size))" >"$scratch/printed"
    cat "$scratch/page" 2>/dev/null || :
}
