import Deployments
import Profiles
import Schema
import Targets
import Values
import YAML

/// The section `quadlet` of an instance, with keys for its unit as they are written.
package struct UnitAdditionsChoice: Sendable {
  /// The entries, in the order in which they were written, each with the place of its key.
  let entries: [Located<UnitAdditions.Entry>]
  /// The value of `unsafe`, or nil if it is not set.
  let unsafe: Bool?

  /// Whether the author confirms that keys may give access to the host.
  var isUnsafe: Bool { unsafe ?? false }

  /// The additions without keys that have an empty list, which only remove inherited values.
  var written: UnitAdditionsChoice {
    UnitAdditionsChoice(
      entries: entries.filter { !$0.value.values.isEmpty }, unsafe: unsafe)
  }

  /// Returns the additions of `defaults` combined with those of an instance.
  ///
  /// A key that may be repeated keeps the lines of both. For other keys, the instance's value is
  /// used. An empty list removes the inherited values.
  func followed(by own: UnitAdditionsChoice) -> UnitAdditionsChoice {
    let kept = entries.filter { entry in
      let mine = own.entries.first {
        $0.value.section == entry.value.section && $0.value.key == entry.value.key
      }
      guard let mine else { return true }
      return UnitKeys.takesSeveral(entry.value.key, in: entry.value.section)
        && !mine.value.values.isEmpty
    }
    return UnitAdditionsChoice(
      entries: kept + own.entries, unsafe: own.unsafe ?? unsafe)
  }
}

extension ValueType where Value == UnitAdditionsChoice {
  /// Sections with keys, each with a value or a list of values.
  static let unitAdditions = ValueType(
    name: "a mapping of the sections Unit, Container and Service",
    schema: [
      .init("type", "object"),
      .init(
        "properties",
        .set(
          UnitAdditions.Section.allCases.map { section in
            .init(
              section.rawValue,
              .set([
                "type": "object", "propertyNames": .set(["enum": .texts(UnitKeys.names(section))]),
                "additionalProperties": .set([
                  "anyOf": [
                    .set(["type": ["string", "number", "boolean"]]),
                    .set([
                      "type": "array",
                      "items": .set(["type": ["string", "number", "boolean"]]),
                    ]),
                  ]
                ]),
              ]))
          } + [.init("unsafe", .set(["type": "boolean"]))])),
      .init("additionalProperties", false),
    ],
    plain: { choice in
      let sections: [Values.Value.Member] = UnitAdditions.Section.allCases.compactMap { section in
        let entries = choice.entries.filter { $0.value.section == section }
        guard !entries.isEmpty else { return nil }
        return .init(
          section.rawValue,
          .set(
            entries.map { entry in
              let texts = entry.value.values.map(\.text)
              return .init(entry.value.key, texts.count == 1 ? .text(texts[0]) : .texts(texts))
            }))
      }
      return .set(sections + (choice.unsafe.map { [.init("unsafe", .boolean($0))] } ?? []))
    },
    read: { node, reading in
      guard let entries = reading.mapping(node) else { return nil }
      let inside = reading.inside()
      var found: [Located<UnitAdditions.Entry>] = []
      var unsafe: Bool?
      for entry in entries {
        inside.enter(chosen: entry.key)
        if entry.key == "unsafe" {
          unsafe = ValueType<Bool>.boolean.read(entry.value, inside)
        } else if let section = UnitAdditions.Section(rawValue: entry.key) {
          found += UnitKeys.read(entry.value, section, inside)
        } else {
          reading.refuse(
            entry.keyNode,
            Refusal(
              "has the unknown section '\(entry.key.abbreviated)'",
              help: "the sections are Unit, Container and Service"))
        }
      }
      return UnitAdditionsChoice(entries: found, unsafe: unsafe)
    })
}

extension UnitKeys {
  /// Reads the keys of a section.
  fileprivate static func read(
    _ node: Node, _ section: UnitAdditions.Section, _ reading: Reading
  ) -> [Located<UnitAdditions.Entry>] {
    guard let entries = reading.mapping(node) else { return [] }
    var found: [Located<UnitAdditions.Entry>] = []
    for entry in entries {
      if let refusal = refusal(of: entry.key, in: section) {
        reading.refuse(entry.keyNode, refusal)
        continue
      }
      guard let values = values(of: entry, section, reading) else { continue }
      found.append(
        Located(UnitAdditions.Entry(section, entry.key, values), entry.keyRange))
    }
    return found
  }

  private static func values(
    of entry: Node.Entry, _ section: UnitAdditions.Section, _ reading: Reading
  ) -> [PlainText]? {
    let nodes = entry.value.items ?? [entry.value]
    var values: [PlainText] = []
    for node in nodes {
      guard let value = ValueType<PlainText>.plainText.read(node, reading) else { return nil }
      if let refusal = problem(with: value.text, of: entry.key, in: section) {
        reading.refuse(node, refusal)
        return nil
      }
      values.append(value)
    }
    guard values.count <= 1 || takesSeveral(entry.key, in: section) else {
      reading.refuse(
        entry.value, Refusal("has several values for '\(entry.key)', but only the last one is used")
      )
      return nil
    }
    return values
  }
}
