#!/bin/bash
set -a
source "$(dirname "$0")/server.env"
set +a
DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
. "$DIR/more.sh"
source /etc/elsewhere.env
source ./not-here.env
exec "$LLAMA_SERVER" -m "$MODEL_PATH" --port "$PORT" -c "$CTX" --api-key "$KEY"
