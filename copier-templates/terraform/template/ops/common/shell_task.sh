# A task for people: with the image and the variables of the application, a writable file system and ECS Exec. It ends
# when the script ends.
# shellcheck shell=sh

# Starts the task; `task` is its ARN.
start_shell_task() {
    need_tool session-manager-plugin 'install the Session Manager plugin of the AWS Command Line Interface'
    definition=$(newest shell) || fail "$MISSING" \
        "there is no task for a shell: set shell_access = true in envs/$environment/terraform.tfvars and apply"
    ids=$(network) || cloud_failed "$FAILED" 'the network of the service web cannot be read'
    task=$(cloud ecs run-task --cluster "$name" --task-definition "$definition" --launch-type FARGATE --count 1 \
        --enable-execute-command --started-by "$script" --query 'tasks[0].taskArn' --network-configuration \
        "awsvpcConfiguration={subnets=[${ids%%	*}],securityGroups=[${ids#*	}],assignPublicIp=DISABLED}") \
        || cloud_failed "$FAILED" "the task $definition cannot be started"
    [ "$task" != None ] || fail "$FAILED" 'the task was not started: no capacity; try again later'
    changed=yes
    step 'starting a task; this takes about a minute'
    waited=0
    while :; do
        state=$(cloud ecs describe-tasks --cluster "$name" --tasks "$task" --query \
            'tasks[0].[lastStatus, (containers[?name==`app`] | [0].managedAgents[?name==`ExecuteCommandAgent`] | [0].lastStatus), (containers[?name==`app`] | [0].runtimeId), stoppedReason]') \
            || cloud_failed "$FAILED" "the task $task cannot be read"
        case $state in
            RUNNING'	'RUNNING'	'*) break ;;
            STOPPED*) fail "$FAILED" "the task ended: ${state##*	}" ;;
        esac
        [ "$waited" -lt 300 ] || fail "$FAILED" 'the task did not start within 300 seconds'
        sleep "$poll"
        waited=$((waited + (poll > 0 ? poll : 1)))
    done
    rest=${state#*	*	}
    runtime_id=${rest%%	*}
}

# Ends the task.
take_back() {
    cloud ecs stop-task --cluster "$name" --task "$task" --reason "end of ops/$script" >/dev/null
}

end_shell_task() {
    changed=no
    take_back || remark "the task $task could not be stopped; it ends by itself within an hour"
}
