# Services of the environment: what runs, and how a version comes up beside the one before.
# shellcheck shell=sh

# Prints a line for each service: name, task definition, state of its newest deployment, running and wanted tasks, and
# the task definitions that ECS gave up on. AWS describes at most ten services at once.
read_services() {
    # shellcheck disable=SC2086 # the names are separate arguments
    printf '%s\n' $services | xargs -n 10 | while read -r names; do
        cloud ecs describe-services --cluster "$name" --services $names --query \
            'services[?status==`ACTIVE`].[serviceName, taskDefinition, deployments[?status==`PRIMARY`].rolloutState | [0], runningCount, desiredCount, join(`,`, deployments[?rolloutState==`FAILED`].taskDefinition)]' \
            || exit 1
    done
}

# Prints one field of a service in the output of read_services. Arguments: the output, the service, the field's number.
field() {
    printf '%s\n' "$1" | awk -F '\t' -v service="$2" -v field="$3" '$1 == service { print $field }'
}

# Notes what runs, in $scratch/before.
note_services() {
    read_services >"$scratch/before" || cloud_failed "$MISSING" 'the services cannot be read'
    for service in $services; do
        found=$(field "$(cat "$scratch/before")" "$service" 5)
        [ -n "$found" ] || fail "$MISSING" \
            "there is no service $service in the cluster $name: run terraform apply in envs/$environment first"
        [ "$found" != 0 ] || remark "the service $service is scaled to 0: it gets the version, but is not started"
    done
}

# Starts a version of a service. Arguments: service, task definition.
start_version() {
    cloud ecs update-service --cluster "$name" --service "$1" --task-definition "$2" >/dev/null
}

# Notes why a service does not become healthy, in $scratch/reason. Arguments: service, reason.
note_reason() {
    {
        printf '%s' "$2"
        events=$(cloud ecs describe-services --cluster "$name" --services "$1" \
            --query 'services[0].events[:4].[message]') && printf '\n%s' "$events"
    } >"$scratch/reason" || :
}

# Looks once at services that should run the task definitions of a file. Sets `waiting` to those that do not yet.
# Arguments: the file, with lines of service and ARN; the output of read_services.
look_at_services() {
    waiting=''
    while IFS='	' read -r service arn; do
        found=$(field "$2" "$service" 2)
        state=$(field "$2" "$service" 3)
        case ,$(field "$2" "$service" 6), in
            *",$arn,"*) state=FAILED ;;
        esac
        if [ "$found" = "$arn" ]; then
            printf '%s\n' "$service" >>"$scratch/started"
        elif grep -q -x -F -e "$service" "$scratch/started"; then
            state=FAILED
        elif [ "$state" = COMPLETED ]; then
            # The answer may be older than the update.
            state=IN_PROGRESS
        fi
        case $state in
            COMPLETED) ;;
            FAILED)
                note_reason "$service" "the service $service does not become healthy: ECS gave up on the version"
                return 1
                ;;
            *) waiting="$waiting $service" ;;
        esac
    done <"$1"
}

# Waits until all services run the task definitions of a file, with lines of service and ARN. Fails if ECS gives up
# on one, or after OPS_HEALTHY_SECONDS; the reason is in $scratch/reason.
wait_for_services() {
    waited=0
    : >"$scratch/started"
    while :; do
        if now=$(read_services); then
            look_at_services "$1" "$now" || return 1
            [ -n "$waiting" ] || return 0
        elif ! is_passing || [ "$waited" -ge "$healthy_limit" ]; then
            printf 'the services cannot be read: %s' "$(last_error)" >"$scratch/reason"
            return 1
        fi
        if [ "$waited" -ge "$healthy_limit" ]; then
            note_reason "${waiting##* }" "no healthy version of$waiting after $healthy_limit seconds"
            return 1
        fi
        keep_lock
        pause
    done
}

# Prints how many targets of a service are healthy, and how many there are.
targets() {
    group=$(cloud ecs describe-services --cluster "$name" --services "$1" \
        --query 'services[0].loadBalancers[0].targetGroupArn') || return 1
    cloud elbv2 describe-target-health --target-group-arn "$group" --query \
        '[length(TargetHealthDescriptions[?TargetHealth.State==`healthy`]), length(TargetHealthDescriptions[?TargetHealth.State!=`draining`])]'
}

# Checks that the load balancer reaches each entry point. The reason of a failure is in $scratch/reason.
check_targets() {
    for service in $entry_points; do
        [ "$(field "$now" "$service" 5)" != 0 ] || continue
        found=$(targets "$service") || {
            printf 'the targets of %s cannot be read: %s' "$service" "$(last_error)" >"$scratch/reason"
            return 1
        }
        case $found in
            0'	'*)
                note_reason "$service" "the load balancer has no healthy target of $service"
                return 1
                ;;
        esac
    done
}
