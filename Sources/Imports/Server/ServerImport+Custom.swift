import Deployments
import Diagnostics
import Profiles
import Schema
import Text

/// Servers of amm whose program only their profile describes.
extension ServerImport {
  /// Takes what the profile had from the container: the model, the port, the check and the cache.
  mutating func readCustom() {
    var rest = recognised.arguments
    if rest.count > 1, rest[0].value.hasPrefix("-"), isModel(rest[1].value) {
      add("model_argument", rest[0])
      model = rest[1]
      carry(rest[0])
      rest.removeFirst(2)
    } else if let index = server.variables.firstIndex(where: { $0.value.map(isModel) ?? false }) {
      let (name, value) = server.variables.remove(at: index)
      add("model_variable", name)
      model = value.map { Located($0, name.range) }
      carry(name)
    }
    readArguments(rest)
    if let first = server.ports.first {
      port = first.value.container
      options.append(("port", String(first.value.container), first.range))
    }
    readCheck()
    let name = server.name.value
    if let index = server.places.firstIndex(where: { $0.value.isVolume && $0.value.source == name })
    {
      let place = server.places.remove(at: index)
      add("cache", Located(place.value.target, place.range))
      carry(Located(place.value.target, place.range))
    }
    let variables =
      server.secrets.map(\.variable) + server.variables.filter { $0.value == nil }.map(\.name)
    if let token = variables.first(where: { ForeignWords.tokenVariables.contains($0.value) }) {
      add("token_variable", token)
    }
  }

  private mutating func readCheck() {
    guard let check = server.healthCheck.last, let port else { return }
    let query = ServerInterface.query(of: "", at: port)
    let path = check.value.dropFirst(query.count)
    if check.value.hasPrefix(query), path.hasPrefix("/") {
      add("health", Located(String(path), check.range))
    } else {
      add("health_command", check)
    }
  }

  private mutating func add(_ key: String, _ value: Located<String>) {
    options.append((key, ImportedText.quoted(value.value), value.range))
  }

  /// Whether a word is a model of the hub, or a folder that the container mounts.
  private func isModel(_ word: String) -> Bool {
    if word.hasPrefix("/") { return machinePath(of: word) != nil }
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        !part.isEmpty && !part.hasPrefix("-")
          && part.utf8.allSatisfy { $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E }
      }
  }
}
