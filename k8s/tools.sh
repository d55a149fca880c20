#!/bin/sh
# Installs the schema validator into .tools/k8s, where the test looks for it.
set -eu
cd "$(dirname "$0")/.."
[ -x .tools/k8s/bin/kubernetes-validate ] && exit 0
python3 -m venv .tools/k8s
.tools/k8s/bin/pip install --quiet kubernetes-validate==1.37.0
