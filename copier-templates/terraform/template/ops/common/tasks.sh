# One-off tasks: migrations and commands.
# shellcheck shell=sh

# Sets `network` to the network of tasks, from the parameter that terraform apply writes, or else from the service web.
read_network() {
    if ! ids=$(cloud ssm get-parameter --name "/environments/$name/network" --query Parameter.Value); then
        is_missing || cloud_failed "$MISSING" "the parameter /environments/$name/network cannot be read"
        ids=$(cloud ecs describe-services --cluster "$name" --services web --query \
            'services[0].networkConfiguration.awsvpcConfiguration.[join(`,`, subnets), join(`,`, securityGroups)]') \
            || cloud_failed "$MISSING" 'the service web cannot be read'
        [ "$ids" != None ] || fail "$MISSING" \
            "there is no parameter /environments/$name/network: run terraform apply in envs/$environment first"
        ids="${ids%%	*} ${ids#*	}"
    fi
    network="awsvpcConfiguration={subnets=[${ids%% *}],securityGroups=[${ids#* }],assignPublicIp=DISABLED}"
}

# Starts a task and sets `task` to its ARN. Arguments: a task definition, and further options.
start_task() {
    definition=$1
    shift
    task=$(cloud ecs run-task --cluster "$name" --task-definition "$definition" --launch-type FARGATE --count 1 \
        --started-by "$script" --network-configuration "$network" --query '[tasks[0].taskArn, failures[0].reason]' "$@") \
        || cloud_failed "$FAILED" "the task $definition cannot be started"
    case $task in
        None*) fail "$FAILED" "the task $definition was not started: ${task#*	}; try again later" ;;
    esac
    task=${task%%	*}
}

# Waits for the end of a task. Sets `task_exit` (a number, or None) and `task_reason`. Arguments: ARN, seconds, and what
# is done at each look.
wait_for_task() {
    waited=0
    while :; do
        state=$(cloud ecs describe-tasks --cluster "$name" --tasks "$1" --query \
            'tasks[0].[lastStatus, containers[?name==`app`].exitCode | [0], stoppedReason, containers[?name==`app`].reason | [0]]') \
            || is_passing || cloud_failed "$FAILED" "the task $1 cannot be read"
        case $state in
            STOPPED*) break ;;
        esac
        if [ "$waited" -ge "$2" ]; then
            stop_task "$1" || remark "the task $1 could not be stopped"
            task_exit=None
            task_reason="no end after $2 seconds; the task is stopped"
            return 0
        fi
        ${3:-:}
        keep_lock
        pause
    done
    state=${state#*	}
    task_exit=${state%%	*}
    task_reason=$(printf '%s' "${state#*	}" | sed 's/	None$//; s/	/: /g')
}

# Stops a task and waits until it has ended: the application has two minutes for that. Argument: ARN.
stop_task() {
    cloud ecs stop-task --cluster "$name" --task "$1" --reason "stopped by ops/$script" >/dev/null || return 1
    waited=0
    while [ "$waited" -lt 180 ]; do
        state=$(cloud ecs describe-tasks --cluster "$name" --tasks "$1" --query 'tasks[0].lastStatus') || state=''
        case $state in
            STOPPED | None) return 0 ;;
        esac
        keep_lock
        pause
    done
    return 1
}

# Prints what a task has written since the last call, and sets `fresh` to whether that is anything. Arguments: the family
# without the prefix, and the ARN.
print_output() {
    fresh=no
    while :; do
        token=$(cat "$scratch/token" 2>/dev/null) || token=''
        call logs get-log-events --log-group-name "$log_group" --log-stream-name "$1/app/${2##*/}" --start-from-head \
            --output text ${token:+--next-token "$token"} --query '[nextForwardToken, events[].[message]]' \
            >"$scratch/page" || return 0
        head -n 1 "$scratch/page" >"$scratch/token"
        sed 1d "$scratch/page"
        [ "$(wc -l <"$scratch/page")" -le 1 ] || fresh=yes
        [ "$token" != "$(cat "$scratch/token")" ] || return 0
    done
}

# Prints the rest of the output of a task that has ended: its last lines arrive some seconds later.
print_rest() {
    quiet=0
    while [ "$quiet" -lt 3 ]; do
        print_output "$1" "$2"
        quiet=$((quiet + 1))
        [ "$fresh" = no ] || quiet=0
        pause 2
    done
}
