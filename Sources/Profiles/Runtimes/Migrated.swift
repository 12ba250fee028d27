import Catalogues
package import Values

/// The counterpart of a setting in another runtime.
package enum Migrated: Sendable, Equatable {
  /// The setting has the same meaning under these keys of the other runtime.
  case carried([Value.Member])
  /// These keys are similar; `because` describes the difference, without a final full stop.
  case changed([Value.Member], because: String)
  /// There is no counterpart; `because` gives the reason, without a final full stop.
  case dropped(because: String)

  /// Whether the setting is dropped.
  package var isDropped: Bool { if case .dropped = self { true } else { false } }
}

/// A runtime to which TGI profiles can be migrated.
package enum MigrationTarget: String, Sendable, CaseIterable {
  case vllm, sglang
  case llamaCpp = "llama-cpp"

  /// The type that implements the runtime.
  package var runtime: any Runtime.Type {
    switch self {
    case .vllm: VLLM.self
    case .sglang: SGLang.self
    case .llamaCpp: LlamaCpp.self
    }
  }

  /// The name for display.
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
  /// Returns what happens to a setting of `parameters` or `performance`; nil if it stays unchanged.
  package static func common(
    _ field: CommonField, _ value: Value, to target: MigrationTarget, hasContext: Bool
  ) -> Migrated? {
    switch field {
    case .maxTotalTokens:
      return hasContext
        ? .dropped(because: "'context_length' sets it")
        : .carried([.init("context_length", value)])
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
      return .dropped(because: "in llama.cpp, the GGUF file ('quant') determines the quantization")
    }
    switch target.runtime.use(of: wanted, on: nil) {
    case .same, .written: return nil
    case .refused(let why, _):
      switch wanted {
      case .eetq, .bitsandbytes, .bitsandbytesNF4, .bitsandbytesFP4:
        // These quantize 16-bit weights while loading, regardless of the format in the repository.
        return .changed(
          [.init("quantization", "fp8")],
          because: wanted == .eetq ? why : why + ", and 8 bits need twice the memory of 4 bits")
      case .marlin: return .changed([.init("quantization", "gptq_marlin")], because: why)
      default: return .dropped(because: why + "; choose another repository")
      }
    }
  }
}

extension Profile {
  /// Returns whether a variable is an option of the profile's own launcher.
  package func isOwnVariable(_ name: String) -> Bool {
    table?.catalogue.option(variable: name) != nil
  }
}
