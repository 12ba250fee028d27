# A condition that the script does not decide chooses the value of a 'case'.
MODE=draft
if [ ! -d /srv/models/draft ]; then
  MODE=plain
fi
MORE=()
case "$MODE" in
  draft) MORE=(--speculative-algorithm EAGLE --speculative-draft-model-path org/draft) ;;
  plain) ;;
esac
sglang serve --model-path org/demo --port 30000 "${MORE[@]}"

# All branches set this one, so one of its values is assumed.
if [ "$(uname -m)" = aarch64 ]; then
  FUSION='{"level": 3}'
else
  FUSION='{}'
fi
COMMAND="vllm serve org/second --port 8001"
if [ "$FUSION" != '{}' ]; then
  COMMAND="$COMMAND --compilation-config '$FUSION'"
fi
$COMMAND
