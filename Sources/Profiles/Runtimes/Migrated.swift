import Catalogues
package import Values

/// What becomes of a setting in another runtime.
package enum Migrated: Sendable, Equatable {
  /// The same thing by keys, with values, of the other runtime.
  case carried([Value.Member])
  /// Something close to it; what is different, a sentence without its end.
  case changed([Value.Member], because: String)
  /// It has no counterpart; why, a sentence without its end.
  case dropped(because: String)

  /// Whether it is gone.
  package var isDropped: Bool { if case .dropped = self { true } else { false } }
}

/// A runtime that profiles of TGI can move to.
package enum MigrationTarget: String, Sendable, CaseIterable {
  case vllm, sglang
  case llamaCpp = "llama-cpp"

  /// The runtime.
  package var runtime: any Runtime.Type {
    switch self {
    case .vllm: VLLM.self
    case .sglang: SGLang.self
    case .llamaCpp: LlamaCpp.self
    }
  }

  /// As people write it.
  var title: String {
    switch self {
    case .vllm: "vLLM"
    case .sglang: "SGLang"
    case .llamaCpp: "llama.cpp"
    }
  }
}

extension Runtime {
  package static var migrates: Bool { false }

  package static func migrated(
    _ key: String, _ value: Value, to target: MigrationTarget
  ) -> Migrated {
    .dropped(because: "\(target.title) has no such setting")
  }
}

extension Migrated {
  /// What becomes of a setting under `parameters` or `performance`; nil for one that stays as it is.
  package static func common(
    _ field: CommonField, _ value: Value, to target: MigrationTarget, hasContext: Bool
  ) -> Migrated? {
    switch field {
    case .maxTotalTokens:
      return hasContext
        ? .dropped(because: "'context_length' says it") : .carried([.init("context_length", value)])
    case .quantization: return quantization(value, to: target)
    case .dtype:
      guard case .text(let word) = value, let type = DataType(rawValue: word),
        case .refused(let why, _) = target.runtime.use(of: type)
      else { break }
      return .dropped(because: why)
    default: break
    }
    switch target.runtime.use(of: field) {
    case .sets: return nil
    case .ignored(let why, _), .refused(let why, _): return .dropped(because: why)
    }
  }

  private static func quantization(_ value: Value, to target: MigrationTarget) -> Migrated? {
    guard case .text(let word) = value, let wanted = Quantization(rawValue: word) else {
      return nil
    }
    if target == .llamaCpp {
      return .dropped(because: "in llama.cpp the quantization is that of the GGUF file ('quant')")
    }
    switch target.runtime.use(of: wanted, on: nil) {
    case .same, .written: return nil
    case .refused(let why, _):
      switch wanted {
      case .eetq, .bitsandbytes, .bitsandbytesNF4, .bitsandbytesFP4:
        // Both make bytes of 16 bits while they load, whatever the repository has.
        return .changed(
          [.init("quantization", "fp8")],
          because: wanted == .eetq ? why : why + ", and 8 bits take twice the memory of 4")
      case .marlin: return .changed([.init("quantization", "gptq_marlin")], because: why)
      default: return .dropped(because: why + ": choose another repository")
      }
    }
  }
}

extension Profile {
  /// Whether a variable is an option of its own launcher, and means nothing to another.
  package func isOwnVariable(_ name: String) -> Bool {
    table?.catalogue.option(variable: name) != nil
  }
}
