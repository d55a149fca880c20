#!/bin/sh
# Renders every kustomization meant to be applied and checks the result against the schemas of Kubernetes.
# Without kubectl there is nothing that could render, and it says so.
set -eu
cd "$(dirname "$0")"

command -v kubectl >/dev/null || { echo 'k8s: not checked, kubectl is not installed' >&2; exit 0; }
ls -d base/kustomization.yaml overlays/*/kustomization.yaml 2>/dev/null | grep -q . || exit 0
version=1.37.0
schemas=../.tools/kubernetes-validate
if [ ! -e "$schemas/$version" ]; then
    rm -rf "$schemas"
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore python3 -m pip install --quiet \
        --target "$schemas" "kubernetes-validate==$version"
    touch "$schemas/$version"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for folder in base overlays/*; do
    [ -e "$folder/kustomization.yaml" ] || continue
    kubectl kustomize "$folder" >"$work/all.yaml" || { echo "k8s: $folder does not render" >&2; exit 1; }
    PYTHONPATH="$schemas" python3 -W ignore "$schemas/bin/kubernetes-validate" -k 1.32 --strict "$work/all.yaml" \
        >"$work/told" 2>&1 || {
        cat "$work/told" >&2
        echo "k8s: $folder does not fit the schemas of Kubernetes" >&2
        exit 1
    }
done
