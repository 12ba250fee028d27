package import Operations
package import Values

extension Export {
  /// The export for programs.
  package var value: Value {
    .document([
      "as": .text(form.rawValue), "servers": .texts(names), "text": .text(text),
      "secrets": .list(
        secrets.map { .set(["variable": .text($0.variable), "place": .text($0.place)]) }),
      "lost": .texts(lost),
    ])
  }
}
