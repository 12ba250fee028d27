#!/bin/sh
# The scripts that this one writes start the servers.
MODEL=/srv/chat.gguf
cat > /usr/local/bin/run-chat.sh <<'END'
#!/bin/sh
MODEL=${1:-/srv/other.gguf}
exec llama-server -m "/srv/own.gguf" -c 8192 --port 8501
END
cat <<END | sudo tee run-embed >/dev/null
#!/bin/sh
llama-server -m $MODEL --embeddings --port 8502
END
tee run-vllm.sh <<-END
	vllm serve Qwen/Qwen3-8B \
	  --max-model-len 8192 --port 8503
	END
# Its variables belong to the script, and those of this one to it as well.
cat > mixed.sh <<END
NAME=Qwen3-8B
vllm serve Qwen/\$NAME --port $PORT
END
cat > /etc/systemd/system/chat.service <<END
[Service]
ExecStart=/usr/bin/vllm serve Qwen/Qwen3-4B --port 8504
END
cat > README.md <<END
Start it with vllm serve Qwen/Qwen3-4B.
END
