import Diagnostics
import Schema

extension ServerImport {
  /// Adds the keys of the unit that no setting has, in the form of `quadlet:`.
  func addUnitKeys(to text: inout ImportedText) {
    let prefix = "quadlet."
    var sections: [(name: String, keys: [(name: String, values: [Located<String>])])] = []
    for (key, value) in server.settings where key.hasPrefix(prefix) {
      let parts = key.split(separator: ".").map(String.init)
      guard parts.count == 3 else { continue }
      let section =
        sections.firstIndex { $0.name == parts[1] } ?? sections.endIndex
      if section == sections.endIndex { sections.append((parts[1], [])) }
      if let index = sections[section].keys.firstIndex(where: { $0.name == parts[2] }) {
        sections[section].keys[index].values.append(value)
      } else {
        sections[section].keys.append((parts[2], [value]))
      }
    }
    guard let first = sections.first?.keys.first?.values.first else { return }
    text.add("    quadlet:", at: first.range)
    for section in sections {
      text.add("      \(section.name):", at: section.keys.first?.values.first?.range)
      for (name, values) in section.keys {
        let texts = values.map { ImportedText.quoted($0.value) }
        let list = texts.count == 1 ? texts[0] : "[" + texts.joined(separator: ", ") + "]"
        text.add("        \(name): " + list, at: values.first?.range)
      }
    }
  }
}
