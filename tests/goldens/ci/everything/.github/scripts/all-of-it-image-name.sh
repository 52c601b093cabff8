#!/bin/sh
# Prints the repository of the image, and its tag: that of git, or the commit. A second attempt to build a commit gets a tag
# of its own, because a registry may refuse a tag that exists.
# usage: sh .github/scripts/all-of-it-image-name.sh
set -eu

repository=registry.example.com/acme/all-of-it
case "$GITHUB_REF" in
    refs/tags/*) tag=$(printf %s "${GITHUB_REF#refs/tags/all-of-it-}" | tr -c 'A-Za-z0-9_.-' -) ;;
    *) tag=$GITHUB_SHA ;;
esac
[ "${GITHUB_RUN_ATTEMPT:-1}" = 1 ] || tag="$tag-$GITHUB_RUN_ATTEMPT"
printf 'repository=%s\ntag=%s\n' "$repository" "$tag" | tee -a "${GITHUB_OUTPUT:-/dev/null}"
