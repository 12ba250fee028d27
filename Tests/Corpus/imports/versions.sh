llama-server -m /srv/a.gguf --port 8431 --top-k -1
llama-server -m /srv/b.gguf --port 8432 -ts 3,1 -fa -ub 1024
llama-server -m /srv/c.gguf --port 8433 --cache-type-k turbo4
vllm serve org/model-NVFP4 --quantization fp4 --port 8434
vllm serve Qwen/Qwen3-8B --disable-log-requests --max-num-prefill-seqs $N --port 8435
llama-server -m /srv/d.gguf --port 8436 -t 010 -ub +512
