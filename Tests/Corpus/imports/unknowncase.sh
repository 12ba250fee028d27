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
