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
            split("taskDefinitionArn revision status requiresAttributes compatibilities registeredAt " \
                "registeredBy deregisteredAt deregisteredBy deleteRequestedAt", names, " ")
            for (i in names) described[names[i]] = 1
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
            used = !(key in described)
            value = line
            next
        }
        { value = value "\n" line }
        END { end_of_value(); print "\n}" }
    ' "$1"
}

# Registers a revision of a task definition with another image, and prints its ARN. The revision is noted in
# $scratch/registered, so that a failed deployment removes it.
register() {
    aws ecs describe-task-definition --task-definition "$1" --include TAGS --region "$region" --output json \
        --query 'merge(taskDefinition, {tags: tags})' >"$scratch/described" 2>"$scratch/error" \
        || cloud_failed "$FAILED" "the task definition $1 cannot be read"
    definition=$(definition_with "$scratch/described" "$(image_in "$scratch/described")" "$2")
    arn=$(cloud ecs register-task-definition --cli-input-json "$definition" --query taskDefinition.taskDefinitionArn) \
        || cloud_failed "$FAILED" "the task definition $1 cannot be registered with the image $2"
    printf '%s\n' "$arn" >>"$scratch/registered"
    printf '%s' "$arn"
}

# Removes the revisions that this run registered: the next terraform apply would read them as the newest.
deregister() {
    [ -f "$scratch/registered" ] || return 0
    while IFS= read -r arn; do
        cloud ecs deregister-task-definition --task-definition "$arn" >/dev/null || return 1
    done <"$scratch/registered"
    rm -f "$scratch/registered"
}

# Prints the newest active revision of a family.
newest() {
    cloud ecs describe-task-definition --task-definition "$name-$1" --query taskDefinition.taskDefinitionArn
}
