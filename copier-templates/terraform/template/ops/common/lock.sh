# One deployment of an environment at a time. The lock is a parameter; whoever holds it writes it again at each look at
# the services. A lock that nobody writes for OPS_LOCK_SECONDS is left over from a run that was killed.
# shellcheck shell=sh

locked=no
# What a wait does to keep the lock.
stay=keep_lock

lock_parameter() {
    printf '/environments/%s/deployment' "$name"
}

lock() {
    lease=$(seconds OPS_LOCK_SECONDS "${OPS_LOCK_SECONDS:-}" 60)
    by=$(cloud sts get-caller-identity --query Arn) || cloud_failed "$MISSING" 'AWS does not answer'
    owner="$script by $by, run $$ on $(uname -n)"
    if cloud ssm put-parameter --name "$(lock_parameter)" --type String --value "$owner" \
        --description 'Deployment that is running' >/dev/null; then
        locked=yes
        return 0
    fi
    grep -q ParameterAlreadyExists "$scratch/error" || cloud_failed "$MISSING" 'the lock cannot be written'
    wait_for_lock
}

# Prints the version of the lock and who holds it.
read_lock() {
    cloud ssm get-parameter --name "$(lock_parameter)" --query 'Parameter.[Version,Value]'
}

wait_for_lock() {
    seen=$(read_lock) || seen=''
    waited=0
    while [ "$waited" -lt "$lease" ]; do
        sleep "$poll"
        waited=$((waited + (poll > 0 ? poll : 1)))
        now=$(read_lock) || now=''
        [ "$now" = "$seen" ] || [ -z "$now" ] || fail "$LOCKED" "$environment is being deployed: ${now#*	}"
        if [ -z "$now" ]; then
            lock
            return
        fi
    done
    remark "the run before was killed and left its lock: ${seen#*	}"
    cloud ssm put-parameter --name "$(lock_parameter)" --type String --value "$owner" --overwrite >/dev/null \
        || cloud_failed "$MISSING" 'the lock cannot be written'
    # A second run may have waited for the same lock: the last one that writes has it.
    sleep "$poll"
    locked=yes
    keep_lock
}

# Shows that the run is alive, and ends it if another run has taken the lock.
keep_lock() {
    now=$(read_lock) || cloud_failed "$FAILED" 'the lock cannot be read'
    [ "${now#*	}" = "$owner" ] || {
        locked=no
        changed=no
        fail "$LOCKED" "another run has taken the lock: ${now#*	}"
    }
    cloud ssm put-parameter --name "$(lock_parameter)" --type String --value "$owner" --overwrite >/dev/null \
        || cloud_failed "$FAILED" 'the lock cannot be written'
}

# Shows that the run is alive, while it takes a version back.
refresh_lock() {
    cloud ssm put-parameter --name "$(lock_parameter)" --type String --value "$owner" --overwrite >/dev/null || :
}

unlock() {
    [ "$locked" = yes ] || return 0
    locked=no
    cloud ssm delete-parameter --name "$(lock_parameter)" >/dev/null || remark "the lock $(lock_parameter) is left over"
}
