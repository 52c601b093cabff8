# Calls of the AWS command line interface.
# shellcheck shell=sh

export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off
export AWS_RETRY_MODE="${AWS_RETRY_MODE:-standard}" AWS_MAX_ATTEMPTS="${AWS_MAX_ATTEMPTS:-5}"

# Calls AWS in the region of the environment; the result is text. On failure, the message is in $scratch/error.
cloud() {
    aws "$@" --region "$region" --output text 2>"$scratch/error"
}

# Ends the script with the reason of the last failed call.
cloud_failed() {
    error=$(grep -v '^$' "$scratch/error" | tail -n 1)
    case $error in
        *ExpiredToken* | *'Unable to locate credentials'* | *InvalidClientTokenId* | *UnrecognizedClient* | \
            *'oken has expired'* | *'SSO session'* | *'could not be found'*profile* | *'config profile'*)
            fail "$MISSING" "no valid login to AWS: $error
Log in, for example with: aws sso login; or set AWS_PROFILE." ;;
        *'ignature expired'* | *'not yet current'* | *RequestTimeTooSkewed* | *'RequestExpired'*)
            fail "$MISSING" "AWS rejects the time of this machine: $error
Set the clock." ;;
        *AccessDenied* | *'not authorized'* | *UnauthorizedOperation*)
            fail "$MISSING" "the login has no permission: $error" ;;
        *) fail "$1" "$2: $error" ;;
    esac
}

# Checks the login, the account and that the environment exists.
log_in() {
    need_tool aws 'install the AWS Command Line Interface, version 2'
    found=$(cloud sts get-caller-identity --query Account) || cloud_failed "$MISSING" 'AWS does not answer'
    [ -z "$account" ] || [ "$found" = "$account" ] || fail "$MISSING" \
        "the login belongs to the account $found, but $environment is in the account $account; log in there"
    status=$(cloud ecs describe-clusters --clusters "$name" --query 'clusters[0].status') \
        || cloud_failed "$MISSING" "the cluster $name cannot be read"
    [ "$status" = ACTIVE ] || fail "$MISSING" \
        "there is no cluster $name in $region of the account $found: run terraform apply in envs/$environment first"
}
