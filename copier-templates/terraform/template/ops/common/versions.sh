# Deployment of a version: all services at once, taken back together.
# shellcheck shell=sh

started=no
recording=no

# Notes what the environment runs and records, before anything is changed.
note_version() {
    recorded=$(recorded_image) || cloud_failed "$MISSING" "the parameter $(image_parameter) cannot be read"
    # shellcheck disable=SC2086 # the names are separate arguments
    note_newest $services $tasks shell
    note_services
}

# Brings a version up beside the one before, and records it when it is healthy.
deploy_version() {
    step "starting $image"
    : >"$scratch/after"
    while IFS='	' read -r service before _; do
        revision=$(register "$before" "$image")
        printf '%s\t%s\n' "$service" "$revision" >>"$scratch/after"
    done <"$scratch/before"
    for service in $services; do
        [ -n "$(field "$(cat "$scratch/after")" "$service" 2)" ] \
            || fail "$FAILED" "no task definition of the service $service was registered"
    done
    started=yes
    while IFS='	' read -r service revision; do
        start_version "$service" "$revision" || cloud_failed "$FAILED" "the service $service cannot be updated"
    done <"$scratch/after"
    step 'waiting until the version is healthy'
    wait_for_services "$scratch/after" || fail "$FAILED" "$(cat "$scratch/reason")"
    check_targets || fail "$FAILED" "$(cat "$scratch/reason")"
    while IFS='	' read -r family base; do
        case " $services " in
            *" $family "*) continue ;;
        esac
        # A migration has registered its own revision.
        [ "$family" != migrate ] || [ "$migrated" = no ] || continue
        register "$base" "$image" >/dev/null
    done <"$scratch/newest"
    recording=yes
    record_image "$image" || cloud_failed "$FAILED" 'the image cannot be recorded'
    changed=no
}

# Records the image before again. A write may have succeeded although its answer was lost.
restore_record() {
    [ "$recording" = yes ] || return 0
    found=$(recorded_image) || return 1
    [ "$found" = "$recorded" ] || record_image "$recorded"
}

# Starts the version before again in all services, and removes what this run registered.
take_back() {
    taken=yes
    stop_migrations || taken=no
    if [ "$started" = yes ]; then
        step 'taking the version back'
        while IFS='	' read -r service before _; do
            start_version "$service" "$before" || taken=no
        done <"$scratch/before"
        awk -F '\t' -v OFS='\t' '{ print $1, $2 }' "$scratch/before" >"$scratch/earlier"
        wait_for_services "$scratch/earlier" || taken=no
    fi
    restore_record || taken=no
    remove_revisions "$image" || taken=no
    [ "$taken" = yes ]
}
