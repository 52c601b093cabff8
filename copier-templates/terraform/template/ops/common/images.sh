# The image of the environment: the parameter that records it, and the registry.
# shellcheck shell=sh

image_parameter() {
    printf '/environments/%s/image' "$name"
}

# Prints the recorded image.
recorded_image() {
    cloud ssm get-parameter --name "$(image_parameter)" --query Parameter.Value
}

record_image() {
    cloud ssm put-parameter --name "$(image_parameter)" --type String --value "$1" --overwrite >/dev/null
}

# Lists the images that were recorded before in $scratch/earlier-images, the newest first.
earlier_images() {
    cloud ssm get-parameter-history --name "$(image_parameter)" --query 'Parameters[].[Value]' >"$scratch/history" \
        || return 1
    awk '{ line[NR] = $0 } END { for (n = NR; n > 0; n--) print line[n] }' "$scratch/history" >"$scratch/earlier-images"
}

# Checks in Amazon ECR that an image exists for the processor of the environment. Other registries are not asked: they
# have logins of their own, and ECS reports what it cannot pull.
check_registry() {
    host=${1%%/*}
    case $host in
        [0-9]*.dkr.ecr.*.amazonaws.com* | [0-9]*.dkr.ecr-fips.*.amazonaws.com* | [0-9]*.dkr-ecr.*.on.aws) ;;
        *) return 0 ;;
    esac
    rest=${1#*/}
    case $rest in
        *@*) repository=${rest%%@*} id="imageDigest=${rest#*@}" ;;
        *) repository=${rest%:*} id="imageTag=${rest##*:}" ;;
    esac
    # A digest may follow a tag.
    case $rest in
        *:*@*) repository=${repository%:*} ;;
    esac
    there=${host#*.}
    there=${there#dkr.ecr.}
    there=${there#dkr.ecr-fips.}
    there=${there#dkr-ecr.}
    # The registry may be in another region than the environment.
    manifest=$(
        region=${there%%.*}
        cloud ecr batch-get-image --registry-id "${host%%.*}" --repository-name "$repository" --image-ids "$id" \
            --accepted-media-types application/vnd.oci.image.index.v1+json \
            application/vnd.docker.distribution.manifest.list.v2+json application/vnd.oci.image.manifest.v1+json \
            application/vnd.docker.distribution.manifest.v2+json --query 'images[0].imageManifest'
    ) || {
        grep -q -e RepositoryNotFound "$scratch/error" && fail "$USAGE" "there is no repository $repository in $host"
        remark "the registry $host cannot be asked: $(last_error)"
        return 0
    }
    [ "$manifest" != None ] || fail "$USAGE" "there is no image $1"
    case $manifest in
        *'"manifests"'*) check_architecture "$1" "$manifest" ;;
    esac
}

# Checks that an image for several platforms contains that of the environment.
check_architecture() {
    wanted=$(cloud ecs describe-task-definition --task-definition "$(newest web)" \
        --query taskDefinition.runtimePlatform.cpuArchitecture) || return 0
    case $wanted in
        ARM64) wanted=arm64 ;;
        *) wanted=amd64 ;;
    esac
    printf '%s' "$2" | tr -d ' \n' | grep -q "\"architecture\":\"$wanted\"" || fail "$USAGE" \
        "the image $1 has no version for linux/$wanted: build it with --platform linux/$wanted"
}
