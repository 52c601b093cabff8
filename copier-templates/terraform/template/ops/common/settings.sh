# Variables of Terraform, as the files in envs/ENVIRONMENT set them.
# shellcheck shell=sh

# Prints the value of a variable, or the second argument if no file sets it.
setting() {
    folder=$here/../envs/$environment
    value=$2
    for file in "$folder/terraform.tfvars" "$folder/terraform.tfvars.json" "$folder"/*.auto.tfvars*; do
        [ -e "$file" ] || [ -L "$file" ] || continue
        case $file in
            *.tfvars) found=$(hcl_value "$1" "$file") ;;
            *.tfvars.json) found=$(json_value "$1" "$file") ;;
            *) continue ;;
        esac || fail "$MISSING" "$1 cannot be read in envs/$environment/${file##*/}: the file must be valid
and state the value itself, on a line of its own, such as $1 = \"value\""
        [ -z "$found" ] || value=${found#=}
    done
    printf '%s\n' "$value"
}

# Prints = and the value of a variable; nothing if the file does not set it. Fails if that cannot be told.
# Arguments: the variable, the file.
hcl_value() {
    LC_ALL=C awk -v name="$1" '
        # Returns a line without its comments, and counts its brackets.
        function code(line,    kept, size) {
            while (line != "") {
                size = 1
                if (comment) {
                    if (line ~ /^\*\//) { comment = 0; size = 2 }
                } else if (line ~ /^(#|\/\/)/) {
                    break
                } else if (line ~ /^\/\*/) {
                    comment = 1
                    size = 2
                } else {
                    if (match(line, /^"([^"\\]|\\.)*"/)) size = RLENGTH
                    else if (line ~ /^[[{(]/) depth++
                    else if (line ~ /^[]})]/) depth--
                    kept = kept substr(line, 1, size)
                }
                line = substr(line, size + 1)
            }
            return kept
        }
        NR == 1 { sub(/^\357\273\277/, "") }
        { sub(/\r$/, "") }
        heredoc != "" {
            gsub(/^[ \t]+|[ \t]+$/, "")
            if ($0 == heredoc) heredoc = ""
            next
        }
        /^(<<<<<<<|=======|>>>>>>>)/ { wrong = 1 }
        {
            outside = (depth == 0)
            line = code($0)
            gsub(/^[ \t]+|[ \t]+$/, "", line)
            if (match(line, /<<-?[A-Za-z_][A-Za-z0-9_-]*$/)) {
                heredoc = substr(line, RSTART)
                sub(/^<<-?/, "", heredoc)
            }
        }
        outside && line ~ "^\"?" name "([^A-Za-z0-9_-]|$)" {
            if (sub("^" name "[ \t]*=[ \t]*", "", line) && line ~ /^("[^"\\$%]*"|[0-9]+)$/) {
                gsub(/"/, "", line)
                found = "=" line
            } else wrong = 1
        }
        END {
            if (wrong || depth || comment || heredoc != "") exit 1
            print found
        }
    ' "$2"
}

# Does the same for a file in JSON. It reads objects that contain no further object.
json_value() {
    LC_ALL=C awk -v name="$1" '
        { text = text $0 " " }
        END {
            if (!index(text, "\"" name "\"")) exit
            if (gsub(/\{/, "{", text) != 1) exit 1
            gsub(/[ \t\r]/, "", text)
            if (!match(text, "[{,]\"" name "\":(\"[^\"\\\\$%]*\"|[0-9]+)[,}]")) exit 1
            text = substr(text, RSTART, RLENGTH)
            gsub(/^[^:]*:|[",}]/, "", text)
            print "=" text
        }
    ' "$2"
}
