#!/bin/sh
# Writes the key and the known hosts to files of this job, and tells the scripts in ops where they are. RUNNER_TEMP is
# emptied after the job.
# usage: KEY=… KNOWN_HOSTS=… sh .github/scripts/all-of-it-ssh-login.sh
set -eu

[ -n "${KEY:-}" ] || {
    echo "error: the secret ALL_OF_IT_SSH_PRIVATE_KEY is empty; set it as .github/all-of-it-pipeline.md says" >&2
    exit 5
}
[ -n "${KNOWN_HOSTS:-}" ] || {
    echo "error: the variable ALL_OF_IT_SSH_KNOWN_HOSTS is empty; set it as .github/all-of-it-pipeline.md says" >&2
    exit 5
}
umask 077
folder=$(mktemp -d "$RUNNER_TEMP/ssh.XXXXXX")
# A value of a secret has no final newline, which a key needs.
printf '%s\n' "$KEY" >"$folder/key"
printf '%s\n' "$KNOWN_HOSTS" >"$folder/known_hosts"
cat >"$folder/config" <<CONFIG
Host *
    IdentityFile "$folder/key"
    IdentitiesOnly yes
    UserKnownHostsFile "$folder/known_hosts"
    GlobalKnownHostsFile /dev/null
    StrictHostKeyChecking yes
    BatchMode yes
CONFIG
echo "OPS_SSH_CONFIG=$folder/config" >>"$GITHUB_ENV"
