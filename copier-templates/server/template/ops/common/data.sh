# Calls of the scripts in `machine` for secrets and backups. Their exit codes are those of ops.
# shellcheck shell=sh disable=SC2016 # the machine expands the commands

# The file that is standard input of the script.
given=/dev/null

# Runs a script on the machine, prints what it says, and ends with its exit code if it fails. Arguments: the script, and
# its arguments.
on_machine() {
    name_of_script=$1
    shift
    code=0
    if [ "$given" = /dev/null ]; then
        long call 'script=$1
            shift
            sh "stack/machine/$script" "$@"' "$name_of_script" "$@" || code=$?
        answer_file=$scratch/long
    else
        command_line 'script=$1
            shift
            sh "stack/machine/$script" "$@"' "$name_of_script" "$@"
        line="sh -euc $line"
        once <"$given" >"$scratch/said" 2>"$errors" || code=$?
        answer_file=$scratch/said
    fi
    while IFS= read -r said || [ -n "$said" ]; do
        step "$said"
    done <"$answer_file"
    sed -n 's/^warning: //p' "$errors" >"$scratch/remarks"
    while IFS= read -r said; do
        remark "$said"
    done <"$scratch/remarks"
    [ "$code" != 0 ] || return 0
    reason=$(sed -n '/^error: /,$s/^error: //p' "$errors" | tail -n 1)
    case $code in
        [1-6]) [ -z "$reason" ] || fail "$code" "$reason" ;;
    esac
    machine_failed "$code" "$FAILED" "machine/$name_of_script failed"
}
