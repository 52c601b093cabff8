# Deployment of a version: it starts in the color that does not serve, and requests go to it when it is healthy.
# shellcheck shell=sh disable=SC2016 # the machine expands the commands

started=no
working=no
switched=no
reloaded=no

# Notes what runs, before anything is changed.
note_version() {
    read_services >"$scratch/before" || machine_failed "$?" "$MISSING" 'the services cannot be read'
    live=$(value_of "$scratch/before" live)
    recorded=$(value_of "$scratch/before" recorded)
    app_image=$(value_of "$scratch/before" APP_IMAGE)
    blue_image=$(value_of "$scratch/before" BLUE_IMAGE)
    green_image=$(value_of "$scratch/before" GREEN_IMAGE)
    color=blue
    [ "$live" != blue ] || color=green
    [ -n "$live" ] || restored='No version was running before.'
    [ "$(field "$scratch/before" caddy 2)" = running ] || fail "$MISSING" \
        "Caddy does not run on $machine: run sh $ops/setup $environment first"
}

# Prints the services of Compose of a color.
services_of() {
    entry_points | sed "s/\$/-$1/"
}

# Sets `values` to the images and profiles while the version starts.
note_images() {
    case $color in
        blue) blue_image=$image ;;
        green) green_image=$image ;;
    esac
}

# Prints the profiles for a color, which may be empty.
profiles_with() {
    printf '%s' "$1${1:+${profiles:+,}}$profiles"
}

# Starts a version beside the previous one, sends requests to it when it is healthy, and records it.
deploy_version() {
    step "starting $image as $color"
    note_images
    started=yes
    # shellcheck disable=SC2046 # the names are separate arguments
    long change 'color=$5
        images "$1" "$2" "$3" "$4"
        shift 5
        # What is left of an earlier version of this color.
        for id in $(colored "$color"); do docker rm --force --volumes "$id" >/dev/null; done
        compose up --detach --no-deps "$@"' "$app_image" "$blue_image" "$green_image" "$(profiles_with "$live")" \
        "$color" $(services_of "$color") || machine_failed "$?" "$FAILED" 'the version cannot be started'
    step 'waiting until the version is healthy'
    # shellcheck disable=SC2046
    wait_for_services "$color" $(services_of "$color") || fail "$FAILED" "$(cat "$scratch/reason")"
    start_workers
    reload_proxy
    step "sending requests to $color"
    switched=yes
    switch "$live" "$color" || machine_failed "$?" "$FAILED" "requests cannot be sent to $color"
    stop_color_before
    record_version
    changed=no
}

# Starts the workers with the version.
start_workers() {
    [ -n "$workers" ] || return 0
    step "starting $workers"
    working=yes
    # shellcheck disable=SC2086 # the names are separate arguments
    long change 'images "$1" "$2" "$3" "$4"
        shift 4
        compose up --detach --no-deps --force-recreate "$@"' "$image" "$blue_image" "$green_image" \
        "$(profiles_with "$live")" $workers || machine_failed "$?" "$FAILED" "$workers cannot be started"
    # shellcheck disable=SC2086
    wait_for_services none $workers || fail "$FAILED" "$(cat "$scratch/reason")"
}

# Lets the proxy read its files again, if a deployment has changed them.
reload_proxy() {
    code=0
    call '! diff -r state/before/stack/caddy stack/caddy >/dev/null 2>&1 || exit 95' || code=$?
    case $code in
        0) ;;
        "$REFUSED") return 0 ;;
        *) machine_failed "$code" "$FAILED" 'the files of the proxy cannot be compared' ;;
    esac
    step 'reloading the proxy'
    reloaded=yes
    reload_caddy || machine_failed "$?" "$FAILED" 'the proxy does not accept its files'
}

# Sends requests to a color: the proxy checks for its file at each request. Arguments: the previous color, and the color.
switch() {
    change 'from=$1 to=$2
        mkdir -p state/live
        if [ ! -e "state/live/$to" ]; then
            if [ -n "$from" ] && [ -e "state/live/$from" ]; then
                mv "state/live/$from" "state/live/$to"
            elif [ -n "$to" ]; then
                : >"state/live/$to"
            fi
        fi
        [ -z "$from" ] || rm -f "state/live/$from"' "$1" "$2" >/dev/null
}

# Stops the previous color, which may finish its requests. Its containers are kept for their logs
# until the next deployment.
stop_color_before() {
    [ -n "$live" ] || return 0
    # Requests that the proxy has just sent.
    pause 2
    step "stopping $live"
    long change 'for id in $(colored "$1"); do docker stop "$id" >/dev/null; done' "$live" \
        || machine_failed "$?" "$FAILED" "$live cannot be stopped"
}

# Records the image, and removes those that were recorded long before.
record_version() {
    case $live in
        blue) blue_image='' ;;
        green) green_image='' ;;
    esac
    change 'images "$1" "$2" "$3" "$4"
        image=$1
        if [ "$(tail -n 1 state/record 2>/dev/null || :)" != "$image" ]; then
            { tail -n 99 state/record 2>/dev/null || :; echo "$image"; } >state/record.new
            mv -f state/record.new state/record
        fi
        awk "{ line[NR] = \$0 } END { for (n = NR; n > 0; n--) if (!(line[n] in seen)) { seen[line[n]] = 1; if (++count > 5) print line[n] } }" \
            state/record | while IFS= read -r old; do
            docker image rm "$old" >/dev/null 2>&1 </dev/null || :
        done' "$image" "$blue_image" "$green_image" "$(profiles_with "$color")" >/dev/null \
        || machine_failed "$?" "$FAILED" 'the image cannot be recorded'
}

# Starts the previous version again where it was stopped, and removes what this run has started.
take_back() {
    taken=yes
    stop_migrations || taken=no
    restore_state || taken=no
    [ "$reloaded" = no ] || reload_caddy || taken=no
    if [ "$started" = yes ]; then
        step 'undoing the deployment'
        # Errors of the failed version do not concern the previous one.
        rm -f "$scratch/reason"
        [ "$switched" = no ] || switch_back || taken=no
        [ "$working" = no ] || restart_workers || taken=no
        change 'for id in $(colored "$1"); do docker rm --force --volumes "$id" >/dev/null; done' "$color" >/dev/null || taken=no
    fi
    [ "$taken" = yes ]
}

switch_back() {
    if [ -z "$live" ]; then
        switch "$color" ''
        return
    fi
    change 'for id in $(colored "$1"); do docker start "$id" >/dev/null; done' "$live" >/dev/null || return 1
    # shellcheck disable=SC2046
    wait_for_services "$live" $(services_of "$live") || return 1
    switch "$color" "$live"
}

# Starts the workers that ran before, and removes the others.
restart_workers() {
    again=''
    for worker in $workers; do
        if [ -n "$(field "$scratch/before" "$worker" 2)" ]; then
            again="$again $worker"
        else
            change 'for id in $(of_services "$1"); do docker rm --force --volumes "$id" >/dev/null; done' "$worker" >/dev/null \
                || return 1
        fi
    done
    [ -n "$again" ] || return 0
    # shellcheck disable=SC2086
    long change 'compose up --detach --no-deps "$@"' $again || return 1
    # shellcheck disable=SC2086
    wait_for_services none $again
}
