# Deployment of a version: all services at once, taken back together.
# shellcheck shell=sh

# Brings a version up beside the one before, and records it when it is healthy.
deploy_version() {
    image=$1
    step "starting $image"
    : >"$scratch/after"
    for service in $services; do
        before=$(field "$(cat "$scratch/before")" "$service" 2)
        revision=$(register "$before" "$image")
        printf '%s\t%s\n' "$service" "$revision" >>"$scratch/after"
    done
    while IFS='	' read -r service revision; do
        start_version "$service" "$revision" || cloud_failed "$FAILED" "the service $service cannot be updated"
    done <"$scratch/after"
    step 'waiting until the version is healthy'
    wait_for_services "$scratch/after" || fail "$FAILED" "$(cat "$scratch/reason")"
    check_targets || fail "$FAILED" "$(cat "$scratch/reason")"
    for task in $tasks; do
        # A migration has registered its own revision.
        [ "$task" != migrate ] || [ "$migrated" = no ] || continue
        base=$(newest "$task") || cloud_failed "$FAILED" "there is no task definition $name-$task"
        register "$base" "$image" >/dev/null
    done
    record_image "$image" || cloud_failed "$FAILED" 'the image cannot be recorded'
    changed=no
}

# Starts the version before again in all services, and removes the revisions of this run.
take_back() {
    taken=yes
    if [ -s "$scratch/after" ]; then
        step 'taking the version back'
        while IFS='	' read -r service before _; do
            start_version "$service" "$before" || taken=no
        done <"$scratch/before"
        awk -F '\t' -v OFS='\t' '{ print $1, $2 }' "$scratch/before" >"$scratch/earlier"
        wait_for_services "$scratch/earlier" || taken=no
    fi
    deregister || taken=no
    [ "$taken" = yes ]
}
