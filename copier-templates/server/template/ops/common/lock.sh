# One deployment of an environment at a time. The lock is the directory state/lock on the machine with a file that says
# who holds it. The holder rewrites the file at each poll. A lock that does not change for OPS_LOCK_SECONDS was left by
# a run that was killed. Clocks are not compared.
# shellcheck shell=sh disable=SC2016 # the machine expands the commands

locked=no
owner=''
looks=0

hold='printf "%s\n%s\n" "$owner" "$1" >state/lock/holder.new
mv -f state/lock/holder.new state/lock/holder'

# Changes the lock. It does not wait for other commands, which may take long.
change_lock() {
    exclusive_line state/lock-commands "$@"
    deliver "$patience"
}

# Prints who holds the lock, and the number of its polls. Fails if nobody holds it.
read_lock() {
    call '[ -d state/lock ] || exit 95
        cat state/lock/holder 2>/dev/null || echo "a run that has just begun"'
}

# Takes the lock, or waits until the previous run no longer renews it.
lock() {
    login=${USER:-$(id -un)}
    owner="$script by $login on $(uname -n), run ${scratch##*.}"
    code=0
    seen=$(change_lock 'if ! mkdir state/lock 2>/dev/null; then
            [ -d state/lock ] || { echo "state/lock cannot be created" >&2; exit 1; }
            cat state/lock/holder 2>/dev/null || echo "a run that has just begun"
            [ "$(head -n 1 state/lock/holder 2>/dev/null)" = "$owner" ] || exit 95
        fi
        '"$hold" 0) || code=$?
    case $code in
        0) locked=yes ;;
        "$REFUSED") wait_for_lock ;;
        *) machine_failed "$code" "$MISSING" 'the lock cannot be written' ;;
    esac
}

wait_for_lock() {
    waited=0
    while [ "$waited" -lt "$lease" ]; do
        pause
        code=0
        now=$(read_lock) || code=$?
        case $code in
            0) [ "$now" = "$seen" ] || fail "$LOCKED" "$environment is being deployed: $(printf '%s\n' "$now" | head -n 1)" ;;
            "$REFUSED")
                lock
                return
                ;;
        esac
    done
    # Two runs may have waited for the same lock: the first one that writes has it.
    change_lock 'seen=$2
        found=$(cat state/lock/holder 2>/dev/null || echo "a run that has just begun")
        [ "$found" = "$seen" ] || [ "$(head -n 1 state/lock/holder)" = "$owner" ] || exit 94
        mkdir -p state/lock
        '"$hold" 0 "$seen" >/dev/null || machine_failed "$?" "$MISSING" 'the lock cannot be written'
    locked=yes
    remark "the previous run was killed and left its lock: $(printf '%s\n' "$seen" | head -n 1)"
}

# Shows that the run is alive, and ends it if another run has taken the lock. A call that fails is no reason to end: the
# next look tries again.
keep_lock() {
    [ "$locked" = yes ] || return 0
    looks=$((looks + 1))
    code=0
    renew "$looks" >/dev/null || code=$?
    [ "$code" != "$TAKEN" ] || lock_taken
}

renew() {
    patience=0
    code=0
    change_lock "$with_the_lock$hold" "$1" || code=$?
    patience=$reconnect
    return "$code"
}

# Renews the lock during a long call, as long as the script runs.
keep_alive() {
    answer=$scratch/keeper-answer
    errors=$scratch/keeper-error
    turn=0
    while sleep "$(((lease + 2) / 3))" && kill -0 "$$" 2>/dev/null; do
        turn=$((turn + 1))
        [ "$locked" = no ] || renew "long $turn" || :
    done
}

# Ends the run because another one has taken the lock.
lock_taken() {
    locked=no
    changed=no
    now=$(read_lock) || now='somebody'
    fail "$LOCKED" "another run has taken the lock and continues: $(printf '%s\n' "$now" | head -n 1)"
}

unlock() {
    [ "$locked" = yes ] || return 0
    locked=no
    code=0
    change 'rm -rf state/before incoming state/lock' || code=$?
    case $code in
        0 | "$TAKEN") ;;
        *) remark "the lock in state/lock was not removed; the next run waits $lease seconds for it" ;;
    esac
}
