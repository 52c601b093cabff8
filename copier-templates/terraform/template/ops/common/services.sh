# Services of the environment: what runs, and how a version comes up beside the one before.
# shellcheck shell=sh

# Prints a line for each service: name, task definition, state of its newest deployment, running and wanted tasks.
read_services() {
    # shellcheck disable=SC2086 # the names are separate arguments
    cloud ecs describe-services --cluster "$name" --services $services --query \
        'services[?status==`ACTIVE`].[serviceName, taskDefinition, deployments[?status==`PRIMARY`].rolloutState | [0], runningCount, desiredCount]'
}

# Prints one field of a service in the output of read_services. Arguments: the output, the service, the field's number.
field() {
    printf '%s\n' "$1" | awk -F '\t' -v service="$2" -v field="$3" '$1 == service { print $field }'
}

# Notes which version runs, in $scratch/before.
note_services() {
    read_services >"$scratch/before" || cloud_failed "$FAILED" 'the services cannot be read'
    for service in $services; do
        [ -n "$(field "$(cat "$scratch/before")" "$service" 2)" ] || fail "$MISSING" \
            "there is no service $service in the cluster $name: run terraform apply in envs/$environment first"
    done
}

# Ends the script if a service that answers requests was scaled to 0: no version of it can be found healthy.
check_scale() {
    for service in $entry_points; do
        [ "$(field "$(cat "$scratch/before")" "$service" 5)" != 0 ] || fail "$UNHEALTHY" \
            "the service $service is scaled to 0. Scale it back first, for example with:
aws ecs update-service --region $region --cluster $name --service $service --desired-count 1"
    done
}

# Starts a version of a service. Arguments: service, task definition.
start_version() {
    cloud ecs update-service --cluster "$name" --service "$1" --task-definition "$2" >/dev/null
}

# Waits until all services run the task definitions of a file, with lines of service and ARN. Fails if ECS gives one up
# or after OPS_HEALTHY_SECONDS; the reason is in $scratch/reason.
wait_for_services() {
    limit=$(seconds OPS_HEALTHY_SECONDS "${OPS_HEALTHY_SECONDS:-}" 900)
    waited=0
    while :; do
        now=$(read_services) || {
            printf 'the services cannot be read: %s' "$(tail -n 1 "$scratch/error")" >"$scratch/reason"
            return 1
        }
        waiting=''
        while IFS='	' read -r service arn; do
            state=$(field "$now" "$service" 3)
            if [ "$(field "$now" "$service" 2)" != "$arn" ] || [ "$state" = FAILED ]; then
                printf 'the service %s does not become healthy: ECS gave the version up' "$service" >"$scratch/reason"
                return 1
            fi
            [ "$state" = COMPLETED ] || waiting="$waiting $service"
        done <"$1"
        [ -n "$waiting" ] || break
        if [ "$waited" -ge "$limit" ]; then
            printf 'no healthy version of%s after %s seconds' "$waiting" "$limit" >"$scratch/reason"
            return 1
        fi
        [ "$locked" = no ] || "$stay"
        sleep "$poll"
        waited=$((waited + (poll > 0 ? poll : 1)))
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
        found=$(targets "$service") || {
            printf 'the targets of %s cannot be read: %s' "$service" "$(tail -n 1 "$scratch/error")" >"$scratch/reason"
            return 1
        }
        case $found in
            0'	'*)
                printf 'the load balancer has no healthy target of %s' "$service" >"$scratch/reason"
                return 1
                ;;
        esac
    done
}
