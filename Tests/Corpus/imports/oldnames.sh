# Options by the names that older versions have.
llama-server -m /srv/models/a.gguf -md /srv/models/b.gguf --draft-max 16 --draft-min 4 --port 8081
docker run --gpus all --ipc=host -p 30000:30000 lmsysorg/sglang:latest sglang serve --model-path org/demo --host 0.0.0.0 --cuda-graph-max-bs 16
docker run --gpus all --ipc=host -p 30001:30000 lmsysorg/sglang:v0.5.22 sglang serve --model-path org/demo --host 0.0.0.0 --cuda-graph-max-bs 16
