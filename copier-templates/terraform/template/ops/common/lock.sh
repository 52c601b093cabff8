# One deployment of an environment at a time. The lock is a parameter; whoever holds it renews it at each look at what
# is running. A lock that is not renewed for OPS_LOCK_SECONDS is left over from a run that was killed.
#
# AWS keeps the newest 100 versions of a parameter and accepts three writes a second (Systems Manager User Guide,
# "Working with parameter versions"; General Reference, "Systems Manager endpoints and quotas"). A run writes one version
# at each look, and the history of the lock ends with the run.
# shellcheck shell=sh

locked=no

lock_parameter() {
    printf '/environments/%s/deployment' "$name"
}

write_lock() {
    cloud ssm put-parameter --name "$(lock_parameter)" --type String --value "$owner" \
        --description 'Deployment that is running' "$@" >/dev/null
}

# Prints the version of the lock and who holds it.
read_lock() {
    cloud ssm get-parameter --name "$(lock_parameter)" --query 'Parameter.[Version,Value]'
}

lock() {
    owner="$script by $login, run ${scratch##*.} on $(uname -n)"
    if write_lock; then
        locked=yes
        return 0
    fi
    grep -q ParameterAlreadyExists "$scratch/error" || cloud_failed "$MISSING" 'the lock cannot be written'
    seen=$(read_lock) || seen=''
    # The answer to the first attempt may have been lost.
    if [ "${seen#*	}" = "$owner" ]; then
        locked=yes
        return 0
    fi
    wait_for_lock
}

wait_for_lock() {
    waited=0
    while [ "$waited" -lt "$lease" ]; do
        pause
        if now=$(read_lock); then
            [ -n "$seen" ] || seen=$now
            [ "$now" = "$seen" ] || fail "$LOCKED" "$environment is being deployed: ${now#*	}"
        elif is_missing; then
            lock
            return
        fi
    done
    remark "the run before was killed and left its lock: ${seen#*	}"
    write_lock --overwrite || cloud_failed "$MISSING" 'the lock cannot be written'
    # A second run may have waited for the same lock: the last one that writes has it.
    pause
    locked=yes
    keep_lock
}

# Shows that the run is alive, and ends it if another run has taken the lock. A call that fails is no reason to end: the
# next look tries again.
keep_lock() {
    [ "$locked" = yes ] || return 0
    if now=$(read_lock) && [ "${now#*	}" != "$owner" ]; then
        locked=no
        changed=no
        fail "$LOCKED" "another run has taken the lock and goes on: ${now#*	}"
    fi
    write_lock --overwrite || :
}

unlock() {
    [ "$locked" = yes ] || return 0
    locked=no
    if now=$(read_lock) && [ "${now#*	}" != "$owner" ]; then
        return 0
    fi
    cloud ssm delete-parameter --name "$(lock_parameter)" >/dev/null || is_missing || remark \
        "the lock $(lock_parameter) is left over; the next run waits $lease seconds for it"
}
