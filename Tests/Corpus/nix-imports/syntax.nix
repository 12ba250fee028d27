{ services.podman.containers.chat = { image = "docker.io/vllm/vllm-openai:v0.31.0" }; }
