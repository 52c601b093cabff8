# One-off tasks: migrations and commands.
# shellcheck shell=sh

# Prints the network of the service web, which one-off tasks use too.
network() {
    cloud ecs describe-services --cluster "$name" --services web --query \
        'services[0].networkConfiguration.awsvpcConfiguration.[join(`,`, subnets), join(`,`, securityGroups)]'
}

# Starts a task and prints its ARN. Arguments: a task definition, and overrides in JSON or nothing.
start_task() {
    ids=$(network) || cloud_failed "$FAILED" 'the network of the service web cannot be read'
    subnets=${ids%%	*}
    groups=${ids#*	}
    set -- "$1" "${2:-{\}}"
    arn=$(cloud ecs run-task --cluster "$name" --task-definition "$1" --launch-type FARGATE --count 1 \
        --overrides "$2" --started-by "$script" --query 'tasks[0].taskArn' \
        --network-configuration "awsvpcConfiguration={subnets=[$subnets],securityGroups=[$groups],assignPublicIp=DISABLED}") \
        || cloud_failed "$FAILED" "the task $1 cannot be started"
    [ "$arn" != None ] || fail "$FAILED" "the task $1 was not started: no capacity; try again later"
    printf '%s' "$arn"
}

# Waits for the end of a task. Sets `task_exit` (a number, or None) and `task_reason`. Arguments: ARN, seconds.
wait_for_task() {
    waited=0
    while :; do
        state=$(cloud ecs describe-tasks --cluster "$name" --tasks "$1" --query \
            'tasks[0].[lastStatus, containers[?name==`app`].exitCode | [0], stoppedReason, containers[?name==`app`].reason | [0]]') \
            || cloud_failed "$FAILED" "the task $1 cannot be read"
        case $state in
            STOPPED*) break ;;
        esac
        if [ "$waited" -ge "$2" ]; then
            cloud ecs stop-task --cluster "$name" --task "$1" --reason "$script: no end after $2 seconds" >/dev/null || :
            task_exit=None
            task_reason="no end after $2 seconds; the task is stopped"
            return 0
        fi
        [ "$locked" = no ] || "$stay"
        sleep "$poll"
        waited=$((waited + (poll > 0 ? poll : 1)))
    done
    rest=${state#*	}
    task_exit=${rest%%	*}
    rest=${rest#*	}
    task_reason=$(printf '%s' "$rest" | sed 's/	None$//; s/	/: /g')
}

# Prints what a task wrote. Arguments: the family without the prefix, and the ARN.
output_of() {
    next=''
    while :; do
        page=$(aws logs get-log-events --log-group-name "$log_group" --log-stream-name "$1/app/${2##*/}" \
            --start-from-head --region "$region" --output text ${next:+--next-token "$next"} \
            --query '[nextForwardToken, events[].[message]]' 2>"$scratch/error") || return 0
        token=$(printf '%s\n' "$page" | head -n 1)
        printf '%s\n' "$page" | sed 1d
        [ "$token" != "$next" ] || break
        next=$token
    done
}

# Migrates the database with an image.
run_migration() {
    case " $tasks " in
        *' migrate '*) ;;
        *)
            step 'the application has no migration'
            return 0
            ;;
    esac
    limit=$(seconds OPS_MIGRATE_SECONDS "${OPS_MIGRATE_SECONDS:-}" 1800)
    base=$(newest migrate) || cloud_failed "$FAILED" "there is no task definition $name-migrate"
    revision=$(register "$base" "$1")
    step "migrating the database with $1"
    task=$(start_task "$revision")
    wait_for_task "$task" "$limit"
    if [ "$task_exit" != 0 ]; then
        output_of migrate "$task" | tail -n 40 >&2
        fail "$FAILED" "the migration failed (exit code $task_exit): $task_reason
The database may be migrated in part: see RUNBOOK.md."
    fi
    step 'the database is migrated'
}
