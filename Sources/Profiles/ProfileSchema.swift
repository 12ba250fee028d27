import Schema
package import Values

extension ProfileDocument {
  /// The JSON Schema (2020-12) of a profile: its keys, and the restrictions by runtime and source.
  package static var jsonSchema: Value {
    guard
      case .set(let members) = fields.document(
        title: "amm model profile", id: "urn:amm:schema:profile")
    else { preconditionFailure("a schema is a set") }
    let conditions = Runtimes.all.map { $0.condition } + SourceSection.conditions
    return .set(members + [.init("allOf", .list(conditions))])
  }
}

extension Runtime {
  /// The restrictions on profiles of this runtime, and the section that only they may have.
  fileprivate static var condition: Value {
    var properties: [Value.Member] = [
      .init(
        "source",
        .properties([.init("type", .set(["enum": .texts(sources.map(\.rawValue))]))]))
    ]
    for (section, keys) in [
      ("parameters", refused.parameters), ("performance", refused.performance),
    ]
    where !keys.isEmpty {
      properties.append(.init(section, .properties(keys)))
    }
    if needsImage {
      properties.append(.init("container", .set(["required": ["image"]])))
    }
    return .set([
      "if": .set([
        "properties": .set([
          "container": .set([
            "properties": .set(["runtime": .set(["const": .text(name)])]),
            "required": ["runtime"],
          ])
        ]),
        "required": ["container"],
      ]),
      "then": .properties(properties),
      "else": .properties([.init(sectionKey, false)]),
    ])
  }

  /// The common settings that this runtime rejects, and the values of those that it accepts.
  private static var refused: (parameters: [Value.Member], performance: [Value.Member]) {
    var parameters: [Value.Member] = []
    var performance: [Value.Member] = []
    func add(_ field: CommonField, _ schema: Value) {
      if field.path.hasPrefix("performance.") {
        performance.append(.init(field.rawValue, schema))
      } else {
        parameters.append(.init(field.rawValue, schema))
      }
    }
    for field in CommonField.allCases {
      switch (use(of: field), field) {
      case (.refused, .quantization):
        add(field, .set(["const": .text(Quantization.none.rawValue)]))
      case (.refused, _): add(field, false)
      case (.sets, .quantization):
        let words = Quantization.allCases.filter { $0 == .none || !use(of: $0, on: nil).isRefusal }
        add(field, .set(["enum": .texts(words.map(\.rawValue))]))
      case (.sets, .dtype):
        let words = DataType.allCases.filter { !use(of: $0).isRefusal }
        add(field, .set(["enum": .texts(words.map(\.rawValue))]))
      default: continue
      }
    }
    return (parameters, performance)
  }
}

extension WordUse {
  fileprivate var isRefusal: Bool {
    if case .refused = self { true } else { false }
  }
}

extension SourceSection {
  /// `organisation/model`, or only the model's name, as for the oldest models on the hub.
  private static var hubName: Value.Member {
    .init("model_id", .set(["pattern": "^[^/:]+(/[^/:]+)?$"]))
  }

  /// The fields that each kind of source requires and rejects.
  fileprivate static var conditions: [Value] {
    [
      (Kind.huggingface, needs: "model_id", refuses: ["path"]),
      (.ollama, needs: "model_id", refuses: ["path", "revision"]),
      (.local, needs: "path", refuses: ["model_id", "revision"]),
    ].map { kind, needed, refused in
      .set([
        "if": .set([
          "properties": .set([
            "source": .set([
              "properties": .set(["type": .set(["const": .text(kind.rawValue)])]),
              "required": ["type"],
            ])
          ]),
          "required": ["source"],
        ]),
        "then": .set([
          "properties": .set([
            "source": .set([
              "required": [.text(needed)],
              "properties": .set(
                refused.map { .init($0, false) } + (kind == .huggingface ? [hubName] : [])),
            ])
          ])
        ]),
      ])
    }
  }
}

extension Value {
  /// Returns a schema with restrictions on some keys.
  fileprivate static func properties(_ members: [Member]) -> Value {
    .set(["properties": .set(members)])
  }
}
