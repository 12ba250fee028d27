docker run -d --gpus all -v ollama:/root/.ollama -p 11434:11434 --name ollama docker.io/ollama/ollama:0.32.15
docker exec -it ollama ollama run llama3.2
