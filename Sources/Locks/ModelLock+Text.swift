import Models
import Text
package import Values

extension ModelLock {
  /// The version of the file format that this amm reads and writes.
  static let version = 1

  /// The text of the file: sorted, with one line for each file and fact, so that diffs are
  /// readable.
  package var text: String {
    var out = ByteWriter()
    out.write("{\n  \"version\": \(Self.version),\n  \"images\": {")
    let images = images.sorted { $0.key < $1.key }
    Self.write(images.map { (JSON.quoted($0.key), JSON.line($0.value.value)) }, at: 4, to: &out)
    out.write("},\n  \"models\": {")
    let models = models.map { (key: $0.key.key, model: $0.value) }.sorted { $0.key < $1.key }
    for (index, (key, model)) in models.enumerated() {
      out.write(index == 0 ? "\n" : ",\n")
      out.write("    \(JSON.quoted(key)): {")
      model.write(to: &out)
      out.write("    }")
    }
    out.write(models.isEmpty ? "}\n}\n" : "\n  }\n}\n")
    return out.text
  }

  /// The same data as a value, to be sent to another program.
  package var value: Value {
    .set([
      "version": .integer(Self.version),
      "images": .set(
        images.sorted { $0.key < $1.key }.map { .init($0.key, $0.value.value) }),
      "models": .set(
        models.map { (key: $0.key.key, model: $0.value) }.sorted { $0.key < $1.key }
          .map { .init($0.key, $0.model.value) }),
    ])
  }

  /// Writes the members of an object, one per line.
  fileprivate static func write(
    _ members: [(name: String, value: String)], at indent: Int, to out: inout ByteWriter
  ) {
    for (index, member) in members.enumerated() {
      out.write(index == 0 ? "\n" : ",\n")
      out.write(blanks: indent)
      out.write(member.name)
      out.write(": ")
      out.write(member.value)
    }
    guard !members.isEmpty else { return }
    out.write("\n")
    out.write(blanks: indent - 2)
  }
}

extension LockedModel {
  fileprivate var value: Value {
    .set([
      "commit": .text(commit), "origin": .text(origin), "gated": .text(gating.rawValue),
      "license": license.map(Value.text), "facts": facts?.value,
      "files": .set(files.map { .init($0.path, $0.value) }),
    ])
  }

  /// Writes the members, one per line, including those of facts and files.
  fileprivate func write(to out: inout ByteWriter) {
    guard case .set(let members) = value else { return }
    for (index, member) in members.enumerated() {
      out.write(index == 0 ? "\n" : ",\n")
      out.write("      \(JSON.quoted(member.name)): ")
      guard case .set(let inner) = member.value else {
        out.write(JSON.line(member.value))
        continue
      }
      out.write("{")
      ModelLock.write(inner.map { (JSON.quoted($0.name), JSON.line($0.value)) }, at: 8, to: &out)
      out.write("}")
    }
    out.write("\n")
  }
}

extension LockedFile {
  fileprivate var value: Value { .set(["size": .integer(size), "sha256": .text(sha256)]) }
}

extension LockedImage {
  fileprivate var value: Value {
    .set([
      "digest": .text(digest),
      "platforms": platforms.isEmpty
        ? nil
        : .set(platforms.sorted { $0.key < $1.key }.map { .init($0.key, .text($0.value)) }),
    ])
  }
}
