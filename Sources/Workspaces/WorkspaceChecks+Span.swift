import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import Values
import YAML

extension WorkspaceChecks {
  /// One server on several nodes of a cluster.
  static let span = WorkspaceCheck(
    Rule(
      "span", "A server cannot run on several nodes with its settings.",
      Explanation(
        """
        vLLM and SGLang start one process on each node, and need exactly as many GPUs as the \
        product of the number of shards, the pipeline's stages and the copies. amm sets the options \
        with the number of nodes and their addresses.
        """,
        wrong: """
          # instances.yaml
          targets:
            prod: {kind: kubernetes, storage: {access: many}}
          instances:
            main: {port: 8000, gpus: 8, span: 2}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          parameters: {num_shard: 8}
          """,
        right: """
          # instances.yaml
          targets:
            prod: {kind: kubernetes, storage: {access: many}}
          instances:
            main: {port: 8000, gpus: 8, span: 2}
          # profiles/coding/demo.yaml
          container: {runtime: vllm}
          parameters: {num_shard: 8}
          vllm: {pipeline_parallel_size: 2}
          """,
        source: """
          vLLM 0.31.0, vllm/engine/arg_utils.py; SGLang 0.5.23, python/sglang/srt/server_args.py
          """))
  ) { workspace, rule, collector in
    guard workspace.cluster != nil else { return }
    for instance in workspace.instances {
      guard let nodes = instance.span, let profile = instance.active?.profile else { continue }
      let name = instance.name.value.text
      let runtime = profile.runtime.value
      guard let span = runtime.span(over: nodes.value) else {
        let able = Runtimes.all.filter { $0.span(over: 2) != nil }.map { $0.name }
        collector.emit(
          rule, nodes.range, "'\(name)' serves with \(runtime.name), which runs on one node",
          help: "remove the line, or use \(Phrase.oneOf(able))",
          notes: [profile.note(profile.runtime.range, "the runtime is chosen here")])
        continue
      }
      let options = span.shared.compactMap(\.option)
      if let own = options.lazy.compactMap({ profile.launched($0) }).first {
        collector.emit(
          rule, nodes.range, "amm sets \(Phrase.allOf(options)) itself for 'span'",
          help: "remove the option from the profile",
          notes: [profile.note(own.range, "the profile sets it here")])
        continue
      }
      if let own = profile.launched(backend), case .text(let word) = own.value,
        !backendsOverNodes.contains(word)
      {
        collector.emit(
          rule, nodes.range, "'\(backend) \(word.abbreviated)' does not start on several nodes",
          help: "remove the option from the profile",
          notes: [profile.note(own.range, "the profile sets it here")])
        continue
      }
      let written =
        instance.environments.joined().map(\.name) + profile.environment.map(\.name)
      if let own = written.first(where: { $0.value.text.hasPrefix("LWS_") }) {
        collector.emit(
          rule, nodes.range, "the cluster sets '\(own.value.text)' of '\(name)' on each node",
          help: "remove the variable")
        continue
      }
      if let table = profile.table,
        let missing = options.first(where: { table.catalogue.place(of: $0) == nil })
      {
        collector.emit(
          rule, nodes.range,
          "the image of '\(name)' has no '\(missing)', so its server runs on one node",
          help: "use a newer image, or remove the line")
        continue
      }
      guard instance.devices.allSatisfy({ !$0.value.isAll }) else { continue }
      let factors = profile.parallelFactors
      let need = factors.reduce(1) { $0.multipliedSaturated(by: $1.value) }
      let have = instance.devices.count * nodes.value
      guard need != have else { continue }
      let product = factors.map { String($0.value) }.joined(separator: " x ")
      collector.emit(
        rule, nodes.range,
        "'\(name)' spans \(nodes.value) nodes with \(Phrase.count(instance.devices.count, "GPU")) each, \(have) in total, but the model is split over \(factors.isEmpty ? "1" : factors.count == 1 ? product : "\(product) = \(need)")",
        help: "make the product of 'num_shard' and 'pipeline_parallel_size' \(have)",
        notes: factors.last.map { [profile.note($0.range, "it is split here")] } ?? [])
    }
  }
}

extension WorkspaceChecks {
  fileprivate static let backend = "--distributed-executor-backend"
  /// The values with which vLLM's own options start it on several nodes (vLLM 0.31.0, vllm/config/parallel.py).
  fileprivate static let backendsOverNodes = ["mp", "uni", "external_launcher"]
}

extension Span.Word {
  /// The option that it is, or nil if it is a value.
  fileprivate var option: String? {
    guard case .text(let argument) = self, argument.text.hasPrefix("--") else { return nil }
    return argument.text
  }
}
