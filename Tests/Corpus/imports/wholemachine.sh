# Paths that no mount of amm has.
vllm serve org/looks --allowed-local-media-path / --port 8001
vllm serve org/hears --allowed-local-media-path /srv/a:b --port 8002
vllm serve org/reads --allowed-local-media-path /srv/media/ --port 8003
