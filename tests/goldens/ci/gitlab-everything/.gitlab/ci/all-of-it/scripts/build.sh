#!/bin/sh
# Builds the image of this commit, pushes it with its list of packages and its provenance, and writes its name with the
# digest to a file. Everything after this job uses that name, so that each environment runs the same image.
# usage: sh build.sh FILE
set -eu

file=$PWD/$1
repository=registry.example.com/acme/all-of-it
image=$repository:$CI_COMMIT_SHA
builder=all-of-it-$CI_JOB_ID
metadata=$(mktemp)

clean() {
    docker buildx rm --force "$builder" >/dev/null 2>&1 || true
    docker context rm --force "$builder" >/dev/null 2>&1 || true
    rm -f "$metadata"
}
trap clean EXIT
trap 'exit 130' INT TERM HUP

if [ -z "${REGISTRY_PASSWORD:-}" ]; then
    echo "error: REGISTRY_USERNAME and REGISTRY_PASSWORD are not set; README.md in this folder says how to set them" >&2
    exit 5
fi
printf '%s\n' "$REGISTRY_PASSWORD" | docker login --username "$REGISTRY_USERNAME" --password-stdin registry.example.com

# A builder of its own writes attestations and a cache into the registry, which not every engine does. It takes the
# certificates of the engine from a context (GitLab Docs, "Use Docker to build Docker images").
docker context create "$builder" >/dev/null
docker buildx create --name "$builder" --driver docker-container --driver-opt "image=$BUILDKIT_IMAGE" "$builder" >/dev/null
docker run --rm --privileged "$EMULATION_IMAGE" --install all >/dev/null

cd apps/all
docker buildx build --push --builder "$builder" --tag "$image" --metadata-file "$metadata" \
    --platform linux/amd64,linux/arm64 \
    --file 'infra/my docker/Dockerfile' \
    --build-arg 'MODE=a b' \
    --secret id=INDEX_TOKEN,env=INDEX_TOKEN \
    --cache-from "type=registry,ref=$repository:cache" \
    --cache-to "type=registry,ref=$repository:cache,mode=max,ignore-error=true" \
    --attest type=provenance,mode=min --attest "type=sbom,generator=$SBOM_IMAGE" \
    ../..

digest=$(sed -n 's/.*"containerimage.digest": *"\(sha256:[0-9a-f]*\)".*/\1/p' "$metadata" | head -n 1)
if [ -z "$digest" ]; then
    echo "error: the build did not say the digest of the image; read its output above" >&2
    exit 1
fi
echo "$repository@$digest" > "$file"
echo "built $repository@$digest"
