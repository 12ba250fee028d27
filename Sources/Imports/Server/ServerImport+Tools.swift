import Deployments
import Diagnostics
import Profiles
import Schema

/// Options that let a server run programs for its clients.
extension ServerImport {
  /// Reports such an option of a server that everyone on the network reaches, and that requires no key.
  mutating func tellOpenTools(_ heard: String, at range: SourceRange) {
    guard !words.toolOptions.isEmpty, key == nil, server.variableFiles.isEmpty,
      let address = BindAddress(heard), !address.isLoopback
    else { return }
    let given = recognised.arguments
    let variables = recognised.variables + server.variables
    let hasKey =
      given.contains { words.keyFiles.contains(Self.name(of: $0.value)) }
      || variables.contains { words.keyFiles.contains($0.name.value) }
    guard !hasKey else { return }
    let option = given.indices.first { index in
      let word = given[index].value
      guard words.toolOptions.contains(Self.name(of: word)) else { return false }
      let next = given.indices.contains(index + 1) ? given[index + 1].value : ""
      return !isHarmless(word.contains("=") ? String(word.drop { $0 != "=" }.dropFirst()) : next)
    }.map { Located(Self.name(of: given[$0].value), given[$0].range) }
    let variable = variables.first { name, value in
      words.toolOptions.contains(name.value) && !isHarmless(value ?? "")
    }?.name
    guard let found = option ?? variable else { return }
    tell(
      ImportRules.open, found.range,
      "everyone on the network can run programs and read files through '\(found.value)', because the server requires no key",
      help: "require a key, or let only this machine reach the server: 127.0.0.1")
  }

  private static func name(of word: String) -> String { String(word.prefix { $0 != "=" }) }

  /// Whether the tools that an option names change nothing and show nothing; without a name, all are given.
  private func isHarmless(_ value: String) -> Bool {
    let names = value.split(separator: ",").map(String.init)
    return !names.isEmpty && names.allSatisfy(words.harmlessTools.contains)
  }
}
