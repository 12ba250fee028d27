for i in 0 1; do
  CUDA_VISIBLE_DEVICES=$i vllm serve Qwen/Qwen3-8B --port $((8310 + i)) &
done
wait
