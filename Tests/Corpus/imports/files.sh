# A projector, a draft model in parts, adapters with factors, and files for the log and slots.
llama-server -m models/chat.gguf -mm models/encoder.gguf -md models/draft-00001-of-00002.gguf \
  --lora adapters/a.gguf,/srv/b.gguf --lora-scaled adapters/c.gguf:0.5 --slot-save-path slots \
  --log-file server.log --grammar-file answers.gbnf --port 8421 &
# Names of the hub stay as they are, also beside paths.
vllm serve Qwen/Qwen3-8B --tokenizer Qwen/Qwen3-4B --enable-lora --lora-modules sql=adapters/a/sql chat=org/chat \
  '{"name": "own", "path": "./own"}' --speculative-config '{"model": "./draft", "num_speculative_tokens": 3}' \
  --root-path /chat --tool-parser-plugin tools.py --port 8422 &
LLAMA_ARG_MMPROJ=encoder.gguf LLAMA_ARG_SPEC_DRAFT_MODEL=~/draft.gguf llama-server -m /srv/c.gguf --port 8423
