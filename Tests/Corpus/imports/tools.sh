# Without a key, everyone on the network runs programs through the first server and the second one.
llama-server -m /srv/a.gguf --host 0.0.0.0 --port 8481 --tools all &
docker run -d -p 8482:8080 -v /srv:/m -e LLAMA_ARG_TOOLS=read_file,exec_shell_command ghcr.io/ggml-org/llama.cpp:server-b11347 -m /m/b.gguf --host 0.0.0.0
# These have a key, only this machine, or tools that show nothing.
llama-server -m /srv/c.gguf --host 0.0.0.0 --port 8483 --tools all --api-key "$LLAMA_KEY" &
llama-server -m /srv/d.gguf --port 8484 --tools all &
llama-server -m /srv/e.gguf --host 0.0.0.0 --port 8485 --tools get_datetime,get_info
