# Options that are newer than the image, and a batch that is smaller than a prompt.
docker run --gpus all --shm-size 1g -p 3000:80 ghcr.io/huggingface/text-generation-inference:1.4.0 \
  --model-id tiiuae/falcon-7b-instruct --max-input-tokens 3000 --max-total-tokens 4000 --speculate 2
docker run --gpus all --shm-size 1g -p 3001:80 -e CUDA_GRAPHS=1,2 ghcr.io/huggingface/text-generation-inference:1.3.0 \
  --model-id tiiuae/falcon-7b --max-batch-prefill-tokens 512 --max-input-length 3000 --max-total-tokens 4000
