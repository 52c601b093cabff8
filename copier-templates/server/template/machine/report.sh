# What the backup reports: state/backup for ops/status, and state/backup.prom for the monitoring, in the text format that
# the textfile collector of the node exporter reads.
# shellcheck shell=sh

# Sets metrics, complete or not at all; the others stay. Arguments: names and values.
report() {
    (
        # The exporter runs as another user.
        umask 022
        while [ $# -gt 0 ]; do
            printf '%s %s\n' "$1" "$2"
            shift 2
        done >../state/backup.new
        if [ -e ../state/backup.prom ]; then
            awk 'NR == FNR { set[$1]; next } !/^#/ && !($1 in set)' ../state/backup.new ../state/backup.prom \
                >../state/backup.kept
            cat ../state/backup.kept >>../state/backup.new
        fi
        LC_ALL=C sort ../state/backup.new | awk '{ print "# TYPE " $1 " gauge"; print }' >../state/backup.prom.new
        mv -f ../state/backup.prom.new ../state/backup.prom
        rm -f ../state/backup.new ../state/backup.kept
    )
}

now() {
    date +%s
}
