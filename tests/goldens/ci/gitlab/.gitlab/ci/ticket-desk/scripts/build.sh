#!/bin/sh
# Builds the image of this commit, pushes it with its list of packages and its provenance, and writes its name with the
# digest to a file. Everything after this job uses that name, so that each environment runs the same image.
# usage: sh build.sh FILE
set -eu

file=$PWD/$1
repository=${CI_REGISTRY_IMAGE:-}
image=$repository:$CI_COMMIT_SHA
builder=ticket-desk-$CI_JOB_ID
metadata=$(mktemp)

clean() {
    docker buildx rm --force "$builder" >/dev/null 2>&1 || true
    docker context rm --force "$builder" >/dev/null 2>&1 || true
    rm -f "$metadata"
}
trap clean EXIT
trap 'exit 130' INT TERM HUP

if [ -z "${CI_REGISTRY:-}" ]; then
    echo "error: this project of GitLab has no container registry; enable it, or set registry in [infra.ci] of dazzle.toml" >&2
    exit 5
fi
printf '%s\n' "$CI_REGISTRY_PASSWORD" | docker login --username "$CI_REGISTRY_USER" --password-stdin "$CI_REGISTRY"

# A builder of its own writes attestations and a cache into the registry, which not every engine does. It takes the
# certificates of the engine from a context (GitLab Docs, "Use Docker to build Docker images").
docker context create "$builder" >/dev/null
docker buildx create --name "$builder" --driver docker-container --driver-opt "image=$BUILDKIT_IMAGE" "$builder" >/dev/null

docker buildx build --push --builder "$builder" --tag "$image" --metadata-file "$metadata" \
    --file infra/docker/Dockerfile \
    --cache-from "type=registry,ref=$repository:cache" \
    --cache-to "type=registry,ref=$repository:cache,mode=max,ignore-error=true" \
    --attest type=provenance,mode=min --attest "type=sbom,generator=$SBOM_IMAGE" \
    .

digest=$(sed -n 's/.*"containerimage.digest": *"\(sha256:[0-9a-f]*\)".*/\1/p' "$metadata" | head -n 1)
if [ -z "$digest" ]; then
    echo "error: the build did not say the digest of the image; read its output above" >&2
    exit 1
fi
echo "$repository@$digest" > "$file"
echo "built $repository@$digest"
