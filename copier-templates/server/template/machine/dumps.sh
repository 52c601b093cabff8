# Dumps of the database in ../backup: a directory for each, with the dump and the number of rows of every table.
# shellcheck shell=sh

# Runs statements in a database. Arguments: the database, and those of psql.
sql() {
    database=$1
    shift
    sh "$here/compose" exec -T postgres \
        psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --username=app --dbname="$database" "$@"
}

has_database() {
    is_in postgres "$stores"
}

# Prints statements that print the rows of every table, sorted. Rows of tables of extensions are not in a dump. The
# output goes through cat: psql writes its own later than that of the commands that it starts.
count_statements() {
    cat <<'SQL'
\pset fieldsep '\t'
\o | cat
select format('select %L, count(*) from %s', relation.oid::regclass, relation.oid::regclass)
from pg_class as relation join pg_namespace as schema on schema.oid = relation.relnamespace
where relation.relkind = 'r' and relation.relpersistence <> 't'
    and schema.nspname not in ('pg_catalog', 'information_schema')
    and not exists (select from pg_depend where objid = relation.oid and classid = 'pg_class'::regclass
        and deptype = 'e')
order by (schema.nspname || '.' || relation.relname) collate "C"
\gexec
\o
SQL
}

# Prints the rows of every table, a blank line, and the dump of the same snapshot (PostgreSQL documentation, "Snapshot
# Synchronization Functions"). psql continues if its command fails; the command therefore ends it.
dump_statements() {
    cat <<'SQL'
set statement_timeout = 0;
set idle_in_transaction_session_timeout = 0;
set search_path = '';
begin transaction isolation level repeatable read read only;
select pg_export_snapshot() as snapshot \gset
\setenv SNAPSHOT :snapshot
SQL
    count_statements
    cat <<'SQL'
\! echo
\! pg_dump --format=custom --no-password --username=app --dbname=app --snapshot="$SNAPSHOT" || kill "$PPID"
commit;
SQL
}

# Makes a dump, and sets `made` to its name. What is not complete has another name, and is removed.
make_dump() {
    rm -rf ../backup/.new.*
    partial=$(mktemp -d ../backup/.new.XXXXXX) || fail "$FAILED" "the directory backup cannot be written; free space on its disk"
    {
        dump_statements | sql app 2>"$partial/error" && : >"$partial/dumped"
    } | {
        while IFS= read -r line && [ -n "$line" ]; do
            printf '%s\n' "$line" || exit 1
        done >"$partial/counts"
        cat >"$partial/database.dump"
    } 2>"$partial/disk" || dump_failed "cannot be written; free space on the disk of ${here%/stack/*}/backup ($(free_space) MiB are free)"
    [ -e "$partial/dumped" ] || dump_failed "failed: $(last_line "$partial/error"); check with \`sh $ops/status $environment\`"
    [ "$(head -c 5 "$partial/database.dump")" = PGDMP ] || dump_failed 'is not complete; run the backup again'
    rm -f "$partial/dumped" "$partial/error" "$partial/disk"
    sync
    made=$(date -u +%Y%m%dT%H%M%SZ)
    while [ -e "../backup/$made" ]; do
        sleep 1
        made=$(date -u +%Y%m%dT%H%M%SZ)
    done
    mv "$partial" "../backup/$made"
}

# Ends the script; earlier dumps are kept. Argument: what happened to the dump.
dump_failed() {
    reason=$1
    rm -rf "$partial"
    fail "$FAILED" "the dump of the database $reason"
}

# Prints the last message of a program about an error, else its last line.
last_line() {
    awk '/[Ee][Rr][Rr][Oo][Rr]: / { error = $0 } NF { last = $0 } END { print (error != "" ? error : last) }' "$1" \
        | sed 's/^.*ERROR: *//; s/^[a-z_]*: error: //; s/^[[:space:]]*//'
}

# Prints the free space of the disk of the dumps, in MiB.
free_space() {
    df -Pk ../backup | awk 'NR == 2 { print int($4 / 1024) }'
}

# Lists the complete dumps, the oldest first.
list_dumps() {
    for one in ../backup/[0-9]*T*Z; do
        [ ! -f "$one/database.dump" ] || printf '%s\n' "${one##*/}"
    done
}

newest_dump() {
    list_dumps | tail -n 1
}

# Removes the dumps before the newest ones. Argument: how many stay.
remove_old_dumps() {
    list_dumps | awk -v stay="$1" '{ name[NR] = $0 } END { for (n = 1; n <= NR - stay; n++) print name[n] }' \
        | while IFS= read -r one; do
            rm -rf "../backup/$one"
        done
}

# Checks that a copy of the database fits: a server whose disk is full stops. Argument: what needs the space.
check_space() {
    # Images keep the data in different directories: those of version 17 and 18 do.
    found=$(sql app --command="select pg_database_size('app') / 1024 * 3 / 2 || ' ' || current_setting('data_directory')") || fail "$FAILED" \
        "the database does not answer; check with \`sh $ops/status $environment\`"
    needed=${found%% *}
    free=$(sh "$here/compose" exec -T postgres df -Pk "${found#* }" | awk 'NR == 2 { print $4 }')
    [ "${free:-0}" -ge "$needed" ] || fail "$FAILED" \
        "$1 needs $((needed / 1024)) MiB, and the disk of the database has $((${free:-0} / 1024)) MiB; free space there"
}

# Restores a dump from standard input into a new database. Arguments: the database, a file for the errors.
load_dump() {
    sql postgres --command="drop database if exists $1 with (force)" --command="create database $1 template template0" \
        >&2 </dev/null || return 1
    sh "$here/compose" exec -T postgres \
        pg_restore --exit-on-error --no-password --username=app --dbname="$1" 2>"$2"
}

# Says whether a database has the rows that were counted with its dump, and prints what differs. Arguments: the database,
# the file with the counts, a file for the counts of the database.
has_same_rows() {
    { printf "set search_path = '';\n"; count_statements; } | sql "$1" >"$3" || return 1
    cmp -s "$2" "$3" && return 0
    awk -F '\t' -v OFS='\t' 'NR == FNR { was[$1] = $2; next } { is[$1] = $2 }
        END {
            for (one in was) if (!(one in is)) print one " is missing"
                else if (was[one] != is[one]) print one " has " is[one] " rows instead of " was[one]
            for (one in is) if (!(one in was)) print one " is new"
        }' "$2" "$3" | sed -n 1,5p | tr '\n' ';' | sed 's/;$//; s/;/, /g'
    return 1
}
