import Deployments
import Diagnostics
import Testing

@testable import Profiles

/// Options that only a launcher's table knows, from the section to the command line.
@Suite struct SectionOptionTests {
  private func launch(_ runtime: String, _ section: String) throws -> Launch {
    let source =
      runtime == "ollama"
      ? "{type: ollama, model_id: 'llama3.2:3b'}" : "{type: huggingface, model_id: org/model}"
    let key = runtime == "llama-cpp" ? "llama_cpp" : runtime
    let outcome = Profile.read(
      SourceFile(
        path: "profile.yaml",
        text: """
          name: demo
          source: \(source)
          container: {runtime: \(runtime)}
          \(key): {\(section)}
          """))
    return Launch.of(try #require(outcome.value, "\(outcome.diagnostics.map(\.message))"))
  }

  @Test(arguments: [
    ("source", "Qwen/Qwen3-8B", "{type: huggingface, model_id: Qwen/Qwen3-8B}"),
    ("source", "llama3.2:3b", "{type: ollama, model_id: llama3.2:3b}"),
    ("source", "~/x.gguf", "{type: local, path: ~/x.gguf}"),
    ("container", "vllm", "{runtime: vllm}"),
  ])
  func `a text in place of a section names the section to write`(
    key: String, text: String, section: String
  ) {
    let other = key == "source" ? "container: {runtime: vllm}" : "source: {type: ollama}"
    let outcome = Profile.read(
      SourceFile(path: "profile.yaml", text: "name: demo\n\(key): \(text)\n\(other)\n"))
    #expect(outcome.diagnostics.flatMap(\.help).contains("write '\(section)'"))
  }

  static let arguments = [
    ("vllm", "max_lora_rank: 64", "--max-lora-rank 64"),
    ("vllm", "tp: 2", "--tensor-parallel-size 2"),
    ("vllm", "max_model_len: 32k", "--max-model-len 32000"),
    ("vllm", "max-model-len: 1K", "--max-model-len 1024"),
    ("vllm", "max_model_len: auto", "--max-model-len auto"),
    ("vllm", "enable_lora: true", "--enable-lora"),
    ("vllm", "no_async_scheduling: true", "--no-async-scheduling"),
    ("vllm", "async_scheduling: false", "--no-async-scheduling"),
    ("vllm", "enable_lora: true, lora_modules: [a=x, b=y]", "--lora-modules a=x b=y"),
    ("vllm", "middleware: [a.b, c.d]", "--middleware a.b --middleware c.d"),
    ("vllm", "dtype: auto", "--dtype auto"),
    (
      "vllm", "hf_overrides: {method: x, n: 3, x: null, y: [1, 2.5, '8']}",
      #"--hf-overrides {"method": "x", "n": 3, "x": null, "y": [1, 2.5, "8"]}"#
    ),
    ("vllm", #"limit-mm-per-prompt: '{"image":4}'"#, #"--limit-mm-per-prompt {"image":4}"#),
    ("vllm", "compilation_config: 3", "--compilation-config 3"),
    ("sglang", "speculative_num_steps: 3", "--speculative-num-steps 3"),
    ("sglang", "enable_dp_attention: true", "--enable-dp-attention"),
    ("sglang", "tensor_parallel_size: 2", "--tp-size 2"), ("sglang", "tp: 2", "--tp-size 2"),
    ("llama-cpp", "ngl: 99", "--n-gpu-layers 99"),
    ("llama-cpp", "ctx-size: 8192", "--ctx-size 8192"),
    ("llama-cpp", "ctx_size: 0", "--ctx-size 0"),
    // The launcher's total, which its slots share.
    ("llama-cpp", "ctx_size: 4096, parallel: 3", "--ctx-size 4096"),
    ("llama-cpp", "parallel: 4, c: 8192", "--ctx-size 8192"),
    ("llama-cpp", "no_jinja: true", "--no-jinja"),
    ("llama-cpp", "device: [CUDA0, CUDA1]", "--device CUDA0,CUDA1"),
    ("llama-cpp", "n-cpu-moe: 12", "--n-cpu-moe 12"),
    ("llama-cpp", "chat_template_kwargs: {a: b}", #"--chat-template-kwargs {"a": "b"}"#),
  ]

  @Test(arguments: arguments)
  func anOptionBecomesArguments(runtime: String, line: String, expected: String) throws {
    let words = try launch(runtime, line).arguments.map(\.text).joined(separator: " ")
    #expect((" " + words + " ").contains(" " + expected + " "))
  }

  @Test func anObjectIsJoinedWithCommonSettings() throws {
    let outcome = Profile.read(
      SourceFile(
        path: "profile.yaml",
        text: """
          name: demo
          source: {type: huggingface, model_id: org/model}
          container: {runtime: vllm}
          parameters: {temperature: 0.5}
          vllm: {override_generation_config: {min_p: 0.1}}
          """))
    let words = Launch.of(try #require(outcome.value)).arguments.map(\.text)
    #expect(words.contains(#"{"temperature": 0.5, "min_p": 0.1}"#))
  }

  @Test func variablesAreVariables() throws {
    let launch = try launch("tgi", "validation_workers: 3, json_output: true")
    let variables = launch.environment.map { "\($0.name.text)=\($0.value)" }
    #expect(variables.contains("VALIDATION_WORKERS=3"))
    #expect(variables.contains("JSON_OUTPUT=true"))
  }

  @Test func aModelFileHasParametersAndInstructions() throws {
    let launch = try launch(
      "ollama", "num_keep: 5, renderer: qwen3, message: ['user: Hello'], go_template: true")
    let file = try #require(launch.modelFile).text
    #expect(file.contains("PARAMETER num_keep 5"))
    #expect(file.contains("RENDERER"))
    #expect(file.contains("MESSAGE user"))
    #expect(launch.environment.contains { $0.name.text == "OLLAMA_GO_TEMPLATE" })
  }
}
