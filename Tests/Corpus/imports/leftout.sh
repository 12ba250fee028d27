# What is left out with a server is said, its variables and options included.
docker run -d --gpus=all -p 11434:11434 -e OLLAMA_KEEP_ALIVE=60 -e OLLAMA_NUM_PARALLEL=4 --name ollama docker.io/ollama/ollama:0.32.15
