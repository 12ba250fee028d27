#!/bin/sh
exec llama-server --port 8080 -m ~/models/a.gguf --chat-template-file ~/templates/chat.jinja
