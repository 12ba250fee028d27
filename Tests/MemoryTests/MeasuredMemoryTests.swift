import Memory
import Testing

/// What servers print while they start, in the forms of their releases.
struct MeasuredMemoryTests {
  static let gibibyte = Double(1 << 30)
  static let mebibyte = Double(1 << 20)

  private func bytes(_ size: Double, _ unit: Double) -> Int { Int((size * unit).rounded()) }

  @Test func `vLLM's lines are read, of the fullest of its parts`() throws {
    let log = """
      (APIServer pid=1) INFO 11-20 10:00:00 [api_server.py:1] vLLM API server version 0.31.0
      (Worker_TP0 pid=7) INFO 11-20 10:00:40 [gpu_model_runner.py:4216] Model loading took 7.64 GiB memory and 12.3 seconds
      (Worker_TP1 pid=8) INFO 11-20 10:00:41 [gpu_model_runner.py:4216] Model loading took 7.66 GiB memory and 12.9 seconds
      (Worker_TP0 pid=7) INFO 11-20 10:00:59 [gpu_worker.py:563] Available KV cache memory: 12.51 GiB
      (Worker_TP1 pid=8) INFO 11-20 10:00:59 [gpu_worker.py:563] Available KV cache memory: 12.25 GiB
      (EngineCore pid=5) INFO 11-20 10:01:00 [kv_cache_utils.py:1307] GPU KV cache size: 183,456 tokens
      (EngineCore pid=5) INFO 11-20 10:01:00 [kv_cache_utils.py:1312] Maximum concurrency for 32,768 tokens per request: 5.60x
      (Worker_TP0 pid=7) INFO 11-20 10:01:20 [gpu_model_runner.py:4900] Graph capturing finished in 9 secs, took 0.61 GiB
      """
    let found = try #require(MeasuredMemory(log: log))
    #expect(found.release == "0.31.0" && found.tokens == 183_456)
    #expect(found.gpu[.weights] == bytes(7.66, Self.gibibyte))
    #expect(found.gpu[.kvPool] == bytes(12.25, Self.gibibyte))
    #expect(found.gpu[.cudaGraphs] == bytes(0.61, Self.gibibyte))
    #expect(found.host.isEmpty)
  }

  @Test func `vLLM's older lines, and those it prints of each part, are read`() throws {
    let old = try #require(
      MeasuredMemory(
        log: """
          INFO 12-20 20:25:46 worker.py:241] the current vLLM instance can use total_gpu_memory (15.77GiB) x gpu_memory_utilization (0.90) = 14.20GiB
          INFO 12-20 20:25:46 worker.py:241] model weights take 7.51GiB; non_torch_memory takes 0.39GiB; PyTorch activation peak memory takes 2.53GiB; the rest of the memory reserved for KV Cache is 3.76GiB.
          INFO 12-20 20:25:46 distributed_gpu_executor.py:57] # GPU blocks: 3852, # CPU blocks: 4096
          """))
    #expect(old.card == bytes(15.77, Self.gibibyte) && old.tokens == 3852 * 16)
    #expect(old.gpu[.activation] == bytes(2.53, Self.gibibyte))
    #expect(old.gpu[.nonTorch] == bytes(0.39, Self.gibibyte))
    #expect(old.gpu[.kvPool] == bytes(3.76, Self.gibibyte))
    let whole = try #require(
      MeasuredMemory(
        log:
          "DEBUG Actual usage is 12.56 GiB for weight, 0.77 GiB for peak activation, 0.25 GiB for non-torch memory, and 0.89 GiB for CUDAGraph memory. Replace"
      ))
    #expect(whole.gpu[.weights] == bytes(12.56, Self.gibibyte))
    #expect(whole.gpu[.activation] == bytes(0.77, Self.gibibyte))
    #expect(whole.gpu[.nonTorch] == bytes(0.25, Self.gibibyte))
    #expect(whole.gpu[.cudaGraphs] == bytes(0.89, Self.gibibyte))
  }

  /// vLLM 0.19, v1/worker/gpu_worker.py and gpu_model_runner.py.
  @Test func `vLLM's line of the whole profile is read`() throws {
    let measured = try #require(
      MeasuredMemory(
        log: """
          INFO 03-20 10:00:00 [gpu_worker.py:423] Memory profiling takes 4.16 seconds. Total non KV \
          cache memory: 17.13GiB; torch peak memory increase: 1.89GiB; non-torch forward increase \
          memory: 0.25GiB; weights memory: 14.99GiB.
          INFO 03-20 10:00:20 [gpu_worker.py:436] Available KV cache memory: 58.11 GiB
          INFO 03-20 10:00:20 [gpu_model_runner.py:5900] Estimated CUDA graph memory: 0.84 GiB total
          INFO 03-20 10:00:30 [gpu_model_runner.py:5901] Graph capturing finished in 10 secs, took 0.62 GiB
          """))
    let unit = Double(1 << 30)
    #expect(measured.gpu[.weights] == bytes(14.99, unit))
    #expect(measured.gpu[.activation] == bytes(1.89, unit))
    #expect(measured.gpu[.nonTorch] == bytes(0.25, unit))
    #expect(measured.gpu[.cudaGraphs] == bytes(0.84, unit))
  }

  @Test func `the line of vLLM 0.6 with all results is read`() throws {
    let found = try #require(
      MeasuredMemory(
        log: """
          INFO 12-02 10:00:00 model_runner.py:1077] Loading model weights took 14.9888 GB
          INFO 12-02 10:00:05 worker.py:232] Memory profiling results: total_gpu_memory=23.58GiB initial_memory_usage=15.34GiB peak_torch_memory=17.98GiB memory_usage_post_profile=15.35GiB non_torch_memory=0.35GiB kv_cache_size=2.89GiB gpu_memory_utilization=0.90
          INFO 12-02 10:00:05 gpu_executor.py:113] # GPU blocks: 1478, # CPU blocks: 2048
          """))
    #expect(found.gpu[.weights] == bytes(14.9888, Self.gibibyte))
    #expect(found.gpu[.nonTorch] == bytes(0.35, Self.gibibyte))
    #expect(found.gpu[.kvPool] == bytes(2.89, Self.gibibyte))
    #expect(found.gpu[.activation] == bytes(17.98, Self.gibibyte) - bytes(14.9888, Self.gibibyte))
    #expect(found.card == bytes(23.58, Self.gibibyte) && found.tokens == 1478 * 16)
  }

  @Test func `a log of several starts is of the last one`() throws {
    let found = try #require(
      MeasuredMemory(
        log: """
          INFO [api_server.py:1] vLLM API server version 0.30.1
          INFO Model loading took 20.5 GiB memory and 2 seconds
          INFO GPU KV cache size: 100 tokens
          INFO [api_server.py:1] vLLM API server version 0.31.0
          INFO Model loading took 10.25 GiB memory and 2 seconds
          """))
    #expect(found.gpu == [.weights: bytes(10.25, Self.gibibyte)] && found.tokens == nil)
    #expect(found.release == "0.31.0")
  }

  @Test func `SGLang's pools are summed for each part, without the model that guesses`() throws {
    let found = try #require(
      MeasuredMemory(
        log: """
          [2026-09-12 00:20:01 TP0] server_args=ServerArgs(model_path='m')
          [2026-09-12 00:21:00 TP0] Load weight end. elapsed=19.09 s, type=Q, avail mem=16.20 GB, mem usage=11.50 GB.
          [2026-09-12 00:21:01 TP1] Load weight end. elapsed=19.20 s, type=Q, avail mem=16.10 GB, mem usage=11.52 GB.
          [2026-09-12 00:21:02 TP0] Mamba Cache is allocated. max_mamba_cache_size: 48, conv_state size: 0.25GB, ssm_state size: 2.00GB
          [2026-09-12 00:21:02 TP0] KV Cache is allocated. dtype: torch.bfloat16, #tokens: 75000, K size: 1.25 GB, V size: 1.25 GB
          [2026-09-12 00:21:02 TP0] KV Cache is allocated. dtype: torch.bfloat16, #tokens: 60000, K size: 0.50 GB, V size: 0.50 GB
          [2026-09-12 00:21:02 TP1] KV Cache is allocated. dtype: torch.bfloat16, #tokens: 75000, K size: 1.25 GB, V size: 1.25 GB
          [2026-09-12 00:21:09 TP0] Capture cuda graph end. Time elapsed: 6.37 s. mem usage=0.35 GB. avail mem=4.65 GB.
          [2026-09-12 00:21:20 TP0] Load weight end. elapsed=2 s, type=Draft, avail mem=4 GB, mem usage=0.80 GB.
          [2026-09-12 00:21:21 TP0] KV Cache is allocated. dtype: torch.bfloat16, #tokens: 75000, K size: 4.00 GB, V size: 4.00 GB
          """))
    #expect(found.gpu[.weights] == bytes(11.52, Self.gibibyte))
    #expect(found.gpu[.kvPool] == bytes(3.5, Self.gibibyte))
    #expect(found.gpu[.recurrent] == bytes(2.25, Self.gibibyte))
    #expect(found.gpu[.cudaGraphs] == bytes(0.35, Self.gibibyte))
    #expect(found.tokens == 75_000)
    let single = try #require(
      MeasuredMemory(
        log: """
          [2025-11-11 04:05:43] Load weight end. type=L, dtype=torch.bfloat16, avail mem=28.91 GB, mem usage=15.09 GB.
          [2025-11-11 04:05:44] KV Cache is allocated. #tokens: 183133, KV size: 11.18 GB
          [2025-11-11 04:05:46] max_total_num_tokens=183133, chunked_prefill_size=2048
          """))
    #expect(single.gpu[.kvPool] == bytes(11.18, Self.gibibyte) && single.tokens == 183_133)
  }

  @Test func `the two contexts of a model that drafts with its own layers are summed`() throws {
    let found = try #require(
      MeasuredMemory(
        log: """
          load_tensors: loading model tensors, this can take a while... (mmap = true)
          load_tensors:        CUDA0 model buffer size =  4000.00 MiB
          llama_context:  CUDA_Host  output buffer size =     3.50 MiB
          llama_kv_cache:      CUDA0 KV buffer size =   512.00 MiB
          sched_reserve:      CUDA0 compute buffer size =   400.00 MiB
          sched_reserve:  CUDA_Host compute buffer size =    20.00 MiB
          sched_reserve:      CUDA0 compute buffer size =   410.00 MiB
          llama_context:  CUDA_Host  output buffer size =     3.50 MiB
          llama_kv_cache:      CUDA0 KV buffer size =    32.00 MiB
          sched_reserve:      CUDA0 compute buffer size =   390.00 MiB
          sched_reserve:  CUDA_Host compute buffer size =    10.00 MiB
          """))
    #expect(found.gpu[.kvPool] == bytes(544, Self.mebibyte))
    #expect(found.gpu[.compute] == bytes(800, Self.mebibyte))
    #expect(found.host[.compute] == bytes(30, Self.mebibyte))
    #expect(found.host[.output] == bytes(7, Self.mebibyte))
    #expect(found.gpu[.weights] == bytes(4000, Self.mebibyte))
  }

  @Test func `llama.cpp's buffers are summed by place, a first pass and a draft are left out`()
    throws
  {
    let found = try #require(
      MeasuredMemory(
        log: """
          0.00.050.484 I cmn  common_param: common_params_print_info: build 11669 (Debian) with GNU 16.2.0
          0.00.055.326 I load_tensors: loading model tensors, this can take a while... (load_mode = none)
          0.00.057.372 I load_tensors:        CUDA0 model buffer size =     0.00 MiB
          0.00.057.520 I llama_kv_cache:      CUDA0 KV buffer size =     0.00 MiB
          0.00.064.263 I load_tensors: loading model tensors, this can take a while... (load_mode = mmap)
          0.00.069.100 I load_tensors:   CPU_Mapped model buffer size =   292.36 MiB
          0.00.069.148 I load_tensors:        CUDA0 model buffer size =  4168.09 MiB
          0.00.069.148 I load_tensors:        CUDA1 model buffer size =  4000.00 MiB
          0.00.069.798 I llama_context: n_ctx                 = 8192
          0.00.069.826 I llama_context:  CUDA_Host  output buffer size =     2.32 MiB
          0.00.069.887 I llama_kv_cache:      CUDA0 KV buffer size =   256.00 MiB
          0.00.070.055 I llama_kv_cache:      CUDA0 KV buffer size =    64.00 MiB
          0.00.070.060 I llama_memory_recurrent: CUDA0 RS buffer size =  12.50 MiB
          0.00.075.363 I sched_reserve:      CUDA0 compute buffer size =   300.00 MiB
          0.00.075.463 I sched_reserve:      CUDA0 compute buffer size =   304.75 MiB
          0.00.075.563 I sched_reserve:  CUDA_Host compute buffer size =    24.01 MiB
          0.00.076.000 I alloc_compute_meta:  CUDA0 compute buffer size =    99.00 MiB
          0.00.080.000 I load_tensors: loading model tensors, this can take a while... (load_mode = mmap)
          0.00.081.000 I load_tensors:        CUDA0 model buffer size =   500.00 MiB
          """))
    #expect(found.release == "b11669" && found.tokens == 8192 && found.devices == 2)
    #expect(found.gpu[.weights] == bytes(8168.09, Self.mebibyte))
    #expect(found.fullest[.weights] == bytes(4168.09, Self.mebibyte))
    #expect(found.gpu[.kvPool] == bytes(320, Self.mebibyte))
    #expect(found.gpu[.recurrent] == bytes(12.5, Self.mebibyte))
    #expect(found.gpu[.compute] == bytes(304.75, Self.mebibyte))
    #expect(found.host[.weights] == bytes(292.36, Self.mebibyte))
    #expect(found.host[.compute] == bytes(24.01, Self.mebibyte))
    #expect(found.host[.output] == bytes(2.32, Self.mebibyte))
  }

  @Test func `Ollama's and TGI's lines are read`() throws {
    let ollama = try #require(
      MeasuredMemory(
        log: """
          time=2025-08-24T08:26:00Z level=INFO source=server.go:383 msg="starting runner" cmd="ollama"
          time=2025-08-24T08:26:00Z level=INFO source=backend.go:310 msg="model weights" device=CUDA0 size="4.3 GiB"
          time=2025-08-24T08:26:00Z level=INFO source=backend.go:315 msg="model weights" device=CPU size="680.0 MiB"
          time=2025-08-24T08:26:00Z level=INFO source=backend.go:321 msg="kv cache" device=CUDA0 size="936.0 MiB"
          time=2025-08-24T08:26:00Z level=INFO source=backend.go:332 msg="compute graph" device=CUDA0 size="98.0 MiB"
          time=2025-08-24T08:26:00Z level=INFO source=backend.go:342 msg="total memory" size="5.4 GiB"
          """))
    #expect(ollama.gpu[.weights] == bytes(4.3, Self.gibibyte))
    #expect(ollama.gpu[.kvPool] == bytes(936, Self.mebibyte))
    #expect(ollama.gpu[.compute] == bytes(98, Self.mebibyte))
    #expect(ollama.host == [.weights: bytes(680, Self.mebibyte)])
    let tgi = try #require(
      MeasuredMemory(
        log: """
          2025-07-01T10:00:00Z  INFO text_generation_launcher: Args { model_id: "m" }
          2025-07-01T10:01:00Z  INFO text_generation_launcher: KV-cache blocks: 56532, size: 1
          2025-07-01T10:01:00Z  INFO text_generation_router: Setting max batch total tokens to 56532
          """))
    #expect(tgi.tokens == 56_532 && tgi.gpu.isEmpty)
  }

  /// A log is whatever a container prints.
  @Test(arguments: [
    "", "\n\n", "KV buffer size = ", "model buffer size = 1e999 MiB", "Model loading took -5 GiB",
    "Available KV cache memory: 99999999999999999999999999 TiB", "took , GiB",
    "GPU KV cache size: ,,, tokens", "] Load weight end", " buffer size = 1.2.3 MiB",
    "# GPU blocks: 18446744073709551616", "KV-cache blocks: 1, size: 99999999999999999999",
    "\u{0}\u{1}\u{FFFD} buffer size =  4 \u{FF} MiB", "0.89 GiB for CUDAGraph memory",
  ])
  func `odd lines end in nothing worse than no figure`(line: String) {
    let found = MeasuredMemory(log: line + "\n" + line)
    for bytes in found?.gpu.values.map({ $0 }) ?? [] { #expect(bytes >= 0) }
    #expect(found?.tokens ?? 0 >= 0)
  }
}
