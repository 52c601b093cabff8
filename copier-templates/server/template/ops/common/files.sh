# The files of the stack on the machine: sent as they are here, and restored if a version is taken back.
# shellcheck shell=sh disable=SC2016 # the machine expands the commands

saved=no

# Lists the files that the machine gets: all but the scripts, playbooks and books that people use elsewhere.
sent_files() {
    (
        cd "$here/.." || exit 1
        # Secrets that a person has decrypted stay here.
        find . \( -path ./ops -o -path ./ansible -o -name '.git*' -o -name '.copier-answers*' -o -name '*.md' \
            -o -name '*.decrypted.env' -o -name .sops.yaml \) -prune \
            -o -type f -print
    )
}

# Refuses files with conflict markers, which an update or a merge leaves. Sets $scratch/files to the list of files.
check_files() {
    sent_files >"$scratch/files" || fail "$MISSING" 'the files of the stack cannot be listed'
    while IFS= read -r path; do
        path=${path#./}
        ! marker=$(conflict_marker "$path") || fail "$MISSING" \
            "$path has a conflict marker in line $marker: resolve the conflict; nothing was sent"
    done <"$scratch/files"
}

# Makes stack/ equal to a folder, file by file: directories are kept, because containers mount them. Files that were not
# sent are kept as well. The functions need the list of the files that were sent before in state/files.
update_files='
update_files() {
    mkdir -p stack
    (cd "$1" && find . -type d) | while IFS= read -r path; do
        mkdir -p "stack/$path"
    done
    (cd "$1" && find . -type f) | LC_ALL=C sort >state/files.new
    while IFS= read -r path; do
        if ! cmp -s "$1/$path" "stack/$path"; then
            cp -p "$1/$path" "stack/$path.new"
            mv -f "stack/$path.new" "stack/$path"
        fi
    done <state/files.new
    if [ -e state/files ]; then
        while IFS= read -r path; do
            [ -e "$1/$path" ] || rm -f "stack/$path"
        done <state/files
    fi
}
'

# Keeps what a version that fails is taken back to: files, variables, images and record.
save_state() {
    change 'rm -rf state/before state/before.new
        mkdir -m 700 state/before.new
        for path in stack run/app.env state/files state/images.env state/record; do
            [ ! -e "$path" ] || cp -pR "$path" state/before.new/
        done
        mv state/before.new state/before' >/dev/null || machine_failed "$?" "$FAILED" 'the previous files cannot be kept'
    saved=yes
}

# Sends the files, and writes the variables of the application.
send_files() {
    step 'sending the files'
    deliver_files || not_delivered "$?"
    write_variables
}

# Writes the variables of the application from the settings, the secrets and the stores.
write_variables() {
    change 'sh stack/machine/environment' >/dev/null \
        || machine_failed "$?" "$FAILED" 'the variables of the application cannot be written'
}

# Sends the files. Compose checks them before they replace the ones on the machine: relative paths must have the same
# meaning as in stack/.
deliver_files() {
    change_line "$update_files"'
        rm -rf incoming
        mkdir incoming
        tar -xof - -C incoming
        # Containers run as other users.
        chmod -R u=rwX,go=rX incoming
        (cd incoming && docker compose --project-name "$name" --project-directory . \
            --env-file "environments/$1.env" --env-file ../state/images.env config --quiet) || exit 92
        update_files incoming
        mv -f state/files.new state/files
        rm -rf incoming' "$environment"
    lost=0
    while :; do
        code=0
        # macOS adds files with attributes otherwise.
        (cd "$here/.." && COPYFILE_DISABLE=1 tar -cf - -T "$scratch/files") 2>"$scratch/tar" \
            | once >/dev/null 2>"$errors" || code=$?
        [ "$code" = "$LOST" ] && is_passing && [ "$lost" -lt "$patience" ] || return "$code"
        sleep "$nap" || :
        lost=$((lost + (nap > 0 ? nap : 1)))
    done
}

# Ends the script because the files were not delivered. Argument: the exit code of the call.
not_delivered() {
    [ "$1" != "$INVALID" ] || machine_failed "$1" "$MISSING" 'Compose does not accept the files; those on the machine are unchanged'
    machine_failed "$1" "$FAILED" 'the files cannot be sent'
}

# Restores files, variables, images and record.
restore_state() {
    [ "$saved" = yes ] || return 0
    change "$update_files"'
        if [ -d state/before/stack ]; then
            update_files state/before/stack
        fi
        rm -f state/files.new
        for path in state/files state/images.env state/record run/app.env; do
            if [ -e "state/before/${path##*/}" ]; then
                cp -p "state/before/${path##*/}" "$path.before"
                mv -f "$path.before" "$path"
            else
                rm -f "$path"
            fi
        done' >/dev/null
}
