# A task for people: with the image and the variables of the application, a writable file system and ECS Exec. It ends
# when the script ends.
# shellcheck shell=sh

restored='The task is stopped.'

# Starts the task; `task` is its ARN, and `runtime_id` the name of its container for a session.
start_shell_task() {
    need_tool session-manager-plugin 'install the Session Manager plugin of the AWS Command Line Interface'
    newest=$(newest shell) || {
        is_missing || cloud_failed "$MISSING" "the task definition $name-shell cannot be read"
        fail "$MISSING" "there is no task for a shell: set shell_access = true in envs/$environment/terraform.tfvars and apply"
    }
    read_network
    start_task "$newest" --enable-execute-command
    changed=yes
    step 'starting a task; this takes about a minute'
    waited=0
    while :; do
        state=$(cloud ecs describe-tasks --cluster "$name" --tasks "$task" --query \
            'tasks[0].[lastStatus, (containers[?name==`app`] | [0].managedAgents[?name==`ExecuteCommandAgent`] | [0].lastStatus), (containers[?name==`app`] | [0].runtimeId), stoppedReason]') \
            || is_passing || cloud_failed "$FAILED" "the task $task cannot be read"
        case $state in
            "RUNNING	RUNNING	"*) break ;;
            STOPPED*) fail "$FAILED" "the task ended: ${state##*	}" ;;
        esac
        [ "$waited" -lt 300 ] || fail "$FAILED" 'the task did not start within 300 seconds'
        pause
    done
    rest=${state#*	*	}
    runtime_id=${rest%%	*}
}

take_back() {
    cloud ecs stop-task --cluster "$name" --task "$task" --reason "end of ops/$script" >/dev/null
}

end_shell_task() {
    changed=no
    take_back || remark "the task $task could not be stopped; it ends by itself within an hour"
}
