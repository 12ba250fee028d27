/opt/ik_llama.cpp/build/bin/llama-server -m /srv/a.gguf --fit --fit-margin 512 -fa -ngl 99
llama-server -m /srv/b.gguf -fa -ngl 99
