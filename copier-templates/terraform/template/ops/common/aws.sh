# Calls of the AWS Command Line Interface.
# shellcheck shell=sh

export AWS_PAGER='' AWS_CLI_AUTO_PROMPT=off
export AWS_RETRY_MODE="${AWS_RETRY_MODE:-standard}" AWS_MAX_ATTEMPTS="${AWS_MAX_ATTEMPTS:-5}"

# Calls AWS in the region of the environment. On failure, the message is in $scratch/error. Standard input is closed to
# it, because it may be the file of a loop, and wrappers such as `docker run -i` read it to its end.
call() {
    aws "$@" --region "$region" --cli-connect-timeout 10 --cli-read-timeout 30 </dev/null 2>"$scratch/error"
}

# Calls AWS; the result is text.
cloud() {
    call "$@" --output text
}

# Prints the message of the last failed call.
last_error() {
    LC_ALL=C sed '/^[[:space:]]*$/d' "$scratch/error" | tail -n 1
}

# Says whether the last failed call did not find what it asked for.
is_missing() {
    grep -q -e ParameterNotFound -e 'Unable to describe task definition' -e ResourceNotFoundException "$scratch/error"
}

# Says whether the last failed call may succeed later.
is_passing() {
    grep -q -i -e 'could not connect' -e 'connection was closed' -e 'timeout on endpoint' -e 'throttl' -e 'rate exceeded' \
        -e '(5[0-9][0-9])' -e ServiceUnavailable -e InternalError -e ServerException "$scratch/error"
}

# Ends the script with the reason of the last failed call.
cloud_failed() {
    error=$(last_error)
    case $error in
        *'ignature expired'* | *'ignature not yet current'* | *RequestTimeTooSkewed* | *RequestExpired*)
            fail "$MISSING" "AWS rejects the time of this machine: $error
Set the clock." ;;
        *ExpiredToken* | *'oken has expired'* | *'nable to locate credentials'* | *InvalidClientTokenId* | \
            *UnrecognizedClient* | *InvalidSignature* | *SignatureDoesNotMatch* | *'SSO session'* | *'SSO Token'* | \
            *'config profile'* | *'sso login'*)
            fail "$MISSING" "no valid login to AWS: $error
Log in, for example with: aws sso login; or set AWS_PROFILE." ;;
        *AccessDenied* | *'not authorized'* | *UnauthorizedOperation*)
            fail "$MISSING" "the login has no permission: $error" ;;
        *) fail "$1" "$2: $error" ;;
    esac
}

# Checks the login, the account and that the environment exists.
log_in() {
    need_tool aws 'install the AWS Command Line Interface, version 2'
    found=$(cloud sts get-caller-identity --query '[Account, Arn]') || cloud_failed "$MISSING" 'AWS does not answer'
    login=${found#*	}
    found=${found%%	*}
    case $found in
        '' | *[!0-9]*) fail "$MISSING" "aws does not print the account of the login: check the program $(command -v aws)" ;;
    esac
    [ -z "$account" ] || [ "$found" = "$account" ] || fail "$MISSING" \
        "the login belongs to the account $found, but $environment is in the account $account; log in there"
    status=$(cloud ecs describe-clusters --clusters "$name" --query 'clusters[0].status') \
        || cloud_failed "$MISSING" "the cluster $name cannot be read"
    [ -n "$status" ] || fail "$MISSING" "aws prints nothing: check the program $(command -v aws)"
    [ "$status" = ACTIVE ] || fail "$MISSING" \
        "there is no cluster $name in $region of the account $found: run terraform apply in envs/$environment first"
}
