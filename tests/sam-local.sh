#!/usr/bin/env bash
# Gives every function its sample event in a container of Lambda's, by `sam local invoke`, without an AWS account.
#
#   sam build --parameter-overrides Architecture=x86_64 && tests/sam-local.sh
#   tests/sam-local.sh --stay      keeps the emulated cloud, so that single functions can be invoked with .aws-sam/local/*.json
#
# Binaries in LARDER_BIN are used in place of those that `sam build` made. Ends with 77 where there is nothing to run it with.
set -euo pipefail
cd "$(dirname "$0")/.."

skipped() {
  echo "Nothing was invoked: $1" >&2
  exit 77
}

docker info --format '{{.ServerVersion}}' >/dev/null 2>&1 || skipped "no Docker engine answers here"
command -v sam >/dev/null || skipped "the AWS SAM CLI is not on the path (pip install aws-sam-cli==1.170.0)"
python=.tools/venv/bin/python
[[ -x $python ]] || skipped "$python is missing: \`make .tools/venv/.done\` installs it"

exec "$python" tests/stack/local.py "$@"
