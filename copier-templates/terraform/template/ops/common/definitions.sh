# Task definitions: one family for each service and each one-off task.
# shellcheck shell=sh

# Prints the image of the application in a task definition.
image_of() {
    cloud ecs describe-task-definition --task-definition "$1" \
        --query "taskDefinition.containerDefinitions[?name=='app'].image | [0]"
}

# Prints the image of the application in a description of a task definition. Containers are indented by eight spaces.
image_in() {
    awk '
        /^        \{/ { image = ""; app = 0 }
        /^            "name": "app",?$/ { app = 1 }
        /^            "image": "/ { image = $2; gsub(/[",]/, "", image) }
        /^        \}/ && app { print image; exit }
    ' "$1"
}

# Prints what `register-task-definition` accepts of a task definition, with another image of the application. A
# description contains more, and keys of the first level are indented by four spaces.
definition_with() {
    OLD=$2 NEW=$3 awk '
        function end_of_value() {
            if (!used) return
            sub(/,$/, "", value)
            if (value !~ /: (null|\[\])$/) printf "%s%s", (count++ ? ",\n" : "{\n"), value
        }
        BEGIN {
            split("family taskRoleArn executionRoleArn networkMode containerDefinitions volumes " \
                "placementConstraints requiresCompatibilities cpu memory tags pidMode ipcMode proxyConfiguration " \
                "inferenceAccelerators ephemeralStorage runtimePlatform enableFaultInjection " \
                "trustedExecutionConfiguration", names, " ")
            for (i in names) accepted[names[i]] = 1
            old = "\"image\": \"" ENVIRON["OLD"] "\""
            new = "\"image\": \"" ENVIRON["NEW"] "\""
        }
        /^[{}]/ { next }
        {
            line = $0
            at = index(line, old)
            if (at) line = substr(line, 1, at - 1) new substr(line, at + length(old))
        }
        /^    "/ {
            end_of_value()
            key = $0
            sub(/^    "/, "", key)
            sub(/".*/, "", key)
            used = (key in accepted)
            value = line
            next
        }
        { value = value "\n" line }
        END { end_of_value(); print "\n}" }
    ' "$1"
}

# Registers a revision of a task definition with another image, and prints its ARN.
register() {
    call ecs describe-task-definition --task-definition "$1" --include TAGS --output json \
        --query 'merge(taskDefinition, {tags: tags})' >"$scratch/described" \
        || cloud_failed "$FAILED" "the task definition $1 cannot be read"
    definition_with "$scratch/described" "$(image_in "$scratch/described")" "$2" >"$scratch/definition.json"
    cloud ecs register-task-definition --cli-input-json "file://$scratch/definition.json" \
        --query taskDefinition.taskDefinitionArn \
        || cloud_failed "$FAILED" "the task definition $1 cannot be registered with the image $2"
}

# Notes the newest revision of each family, in $scratch/newest. The family shell exists with shell_access = true only.
note_newest() {
    : >"$scratch/newest"
    for family in "$@"; do
        if arn=$(newest "$family"); then
            printf '%s\t%s\n' "$family" "$arn" >>"$scratch/newest"
        elif ! is_missing; then
            cloud_failed "$MISSING" "the task definition $name-$family cannot be read"
        elif [ "$family" != shell ]; then
            fail "$MISSING" "there is no task definition $name-$family: run terraform apply in envs/$environment first"
        fi
    done
}

# Removes the revisions with an image that are newer than the noted ones: the next terraform apply would read them.
remove_revisions() {
    while IFS='	' read -r family arn; do
        count=0
        while :; do
            found=$(newest "$family") || return 1
            [ "$found" != "$arn" ] || break
            [ "$count" -lt 5 ] && [ "$(image_of "$found")" = "$1" ] || return 1
            cloud ecs deregister-task-definition --task-definition "$found" >/dev/null || return 1
            count=$((count + 1))
        done
    done <"$scratch/newest"
}

# Prints the newest active revision of a family.
newest() {
    cloud ecs describe-task-definition --task-definition "$name-$1" --query taskDefinition.taskDefinitionArn
}
