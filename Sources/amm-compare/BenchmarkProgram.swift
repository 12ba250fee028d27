import ArgumentParser
import CommandSupport
import Comparison
import Deployments
import Host
import Operations
import Reports
import Values

/// An external program that measures servers; amm runs it if it is installed, and converts its
/// results.
enum BenchmarkProgram {
  /// lm-evaluation-harness with one of its tasks.
  case lmEval(String)
  case guideLLM
  case vllmBench

  struct Result {
    let tool: String
    let task: ComparisonReport.TaskFacts
    let measurements: [Measurement]
  }

  /// Creates the program with a name of `--task`; nil for amm's own tasks.
  init?(_ word: String) {
    switch word {
    case "guidellm": self = .guideLLM
    case "vllm-bench", "vllm bench serve": self = .vllmBench
    case _ where word.hasPrefix("lm-eval:"): self = .lmEval(String(word.dropFirst(8)))
    default: return nil
    }
  }

  /// The name in results, such as `lm-eval:humaneval`.
  var name: String {
    switch self {
    case .lmEval(let task): "lm-eval:" + task
    case .guideLLM: "guidellm"
    case .vllmBench: "vllm-bench"
    }
  }

  /// The names of its executable, and how to install it.
  private var program: (names: [String], help: String) {
    switch self {
    case .lmEval: (["lm_eval", "lm-eval"], "'pip install \"lm-eval[api]\"' installs it")
    case .guideLLM: (["guidellm"], "'pip install guidellm' installs it")
    case .vllmBench: (["vllm"], "'pip install vllm' installs it; vLLM's image also has it")
    }
  }

  /// Runs the program against a server.
  ///
  /// - Throws: `HostError`, or an exit status after reporting why there is no result.
  func run(on server: ComparedServer, side: Int) throws -> Result {
    guard let path = program.names.lazy.compactMap({ Subprocess.find($0) }).first else {
      Console.fail(
        "'\(name)' needs \(program.names[0]), which is not installed", help: program.help)
      throw ExitStatus.refused
    }
    let folder = try ScratchFolder()
    try writePrompts(to: folder.folder)
    let words = [path] + arguments(for: server, output: folder.path)
    Console.say("running \(words.joined(separator: " "))")
    let end = try Machine.here.follow(words).result
    guard end.isSuccess else {
      Console.fail("\(path) ended with exit status \(end.status); its output is shown above")
      throw ExitStatus.refused
    }
    guard let measurements = try read(folder.path, side: side), !measurements.isEmpty else {
      Console.fail(
        "\(path) wrote no results that amm can read",
        help: "the guide 'Which model for me?' lists the versions that work")
      throw ExitStatus.refused
    }
    return Result(tool: program.names[0], task: facts, measurements: measurements)
  }

  private static let promptCount = 40

  /// Writes the prompts for GuideLLM, which would need a tokenizer from a hub to generate them.
  private func writePrompts(to folder: Folder) throws(HostError) {
    guard case .guideLLM = self else { return }
    var random = SeededGenerator(seed: 1)
    let prompts = (0..<Self.promptCount).map { _ in PromptMaker.text(words: 400, using: &random) }
    try folder.write(prompts.map { $0 + "\n" }.joined(), to: "prompts.txt", OwnMark("own"))
  }

  private var facts: ComparisonReport.TaskFacts {
    let isScored = if case .lmEval = self { true } else { false }
    return ComparisonReport.TaskFacts(
      name: name, description: "Measured by \(program.names[0]); see its documentation.",
      kind: isScored ? .chat : .completion, isScored: isScored, hash: SHA256.digest(of: name),
      seed: 1, prompts: [:])
  }

  private func arguments(for server: ComparedServer, output: String) -> [String] {
    let model = server.instance.provenance.model
    let tokenizer = server.hubModel
    switch self {
    case .lmEval(let task):
      return [
        "--model", "local-chat-completions", "--model_args",
        "model=\(model),base_url=\(server.endpoint)/v1/chat/completions,num_concurrent=1",
        "--apply_chat_template", "--tasks", task, "--seed", "1", "--log_samples",
        "--output_path", output,
      ]
    case .guideLLM:
      return [
        "run", "--backend", "kind=openai_http,target=\(server.endpoint),model=\(model)",
        "--profile",
        "kind=synchronous", "--constraint", "kind=max_requests,count=\(Self.promptCount)", "--data",
        "kind=text_file,path=\(output)/prompts.txt", "--output",
        "kind=json,path=\(output)/report.json", "--disable-console",
      ]
    case .vllmBench:
      return [
        "bench", "serve", "--backend", "openai", "--base-url", server.endpoint, "--endpoint",
        "/v1/completions", "--model", tokenizer ?? model, "--served-model-name", model,
        "--dataset-name", "random", "--random-input-len", "512", "--random-output-len", "128",
        "--num-prompts", String(Self.promptCount), "--max-concurrency", "1", "--seed", "1",
        "--ignore-eos",
        "--save-result", "--save-detailed", "--result-dir", output, "--result-filename",
        "result.json",
      ]
    }
  }

  private func read(_ folder: String, side: Int) throws -> [Measurement]? {
    switch self {
    case .lmEval:
      var all: [Measurement] = []
      for path in try Self.files(below: folder, prefix: "samples_") {
        let text = String(decoding: try Files.read(path, limit: 512 << 20) ?? [], as: UTF8.self)
        let name = path.split(separator: "/").last.map { $0.dropFirst(8) } ?? ""
        // `humaneval_2025-11-20T10-15-00.123.jsonl`
        let task = name.lastIndex(of: "_").map { String(name[..<$0]) } ?? String(name)
        guard
          let part = LMEvalSamples.measurements(
            text.split(separator: "\n"), task: task, side: side, firstBlock: all.count)
        else { return nil }
        all += part
      }
      return all
    case .guideLLM:
      return try Self.json(folder + "/report.json").flatMap {
        GuideLLMReport.measurements($0, side: side)
      }
    case .vllmBench:
      return try Self.json(folder + "/result.json").flatMap {
        VLLMBenchResult.measurements($0, side: side)
      }
    }
  }

  private static func json(_ path: String) throws(HostError) -> JSONValue? {
    try Files.read(path, limit: 512 << 20).flatMap { JSONValue(parsing: $0) }
  }

  /// Returns the files with a prefix in a folder and in its subfolders, such as that of the model.
  private static func files(below folder: String, prefix: String) throws(HostError) -> [String] {
    var found: [String] = []
    for entry in try Files.entries(in: folder) {
      let path = folder + "/" + entry.name
      if entry.kind == .folder {
        found += try files(below: path, prefix: prefix)
      } else if entry.name.hasPrefix(prefix) {
        found.append(path)
      }
    }
    return found.sorted()
  }
}
