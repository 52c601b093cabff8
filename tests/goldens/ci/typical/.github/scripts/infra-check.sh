#!/bin/sh
# Checks the files of the infrastructure, without an account.
# usage: sh .github/scripts/infra-check.sh terraform|tofu FOLDER ROOT…
set -eu

tool=$1 folder=$2
shift 2
"$tool" fmt -check -diff -recursive "$folder"
for root; do
    echo "$root"
    "$tool" -chdir="$root" init -input=false -backend=false
    "$tool" -chdir="$root" validate
    "$tool" -chdir="$root" test
done
