import Diagnostics
import Schema

/// Passwords and keys of containers that are not imported.
extension ImportReader {
  /// Reports the passwords and keys among the variables of some containers, each once.
  mutating func tellSecrets(of servers: [ForeignServer]) {
    var told = Set(
      diagnostics.filter { $0.rule.code == ImportRules.secret.code }
        .compactMap { $0.location.range?.start })
    for server in servers {
      for (name, value) in server.variables {
        guard let value, Self.holdsSecret(name.value, value),
          !server.referred.contains(name.range), !server.isOpen(Located(value, name.range)),
          told.insert(name.range.start).inserted
        else { continue }
        diagnostics.append(
          Diagnostic(
            ImportRules.secret, at: SourceLocation(source, name.range),
            "'\(name.value.abbreviatedName)' has its value in the file",
            help: ["keep it in a file of variables, or in a secret of the engine"]))
      }
    }
  }

  /// Whether a variable has a secret as its value, and not a switch, a path, a reference or a placeholder.
  private static func holdsSecret(_ name: String, _ value: String) -> Bool {
    // Tokens and addresses with passwords are found by themselves.
    let isSecret =
      Secrets.isSecretName(name)
      || Secrets.isSecret(name, value) && !Secrets.holdsPassword(value)
        && !Secrets.looksSecret(value)
    guard isSecret, !value.isEmpty, !Secrets.isPlaceholder(value) else { return false }
    let switches: Set = ["yes", "no", "true", "false", "on", "off", "allow", "disable", "disabled"]
    let places = ["/", "./", "file:", "secret:", "vault:", "op://", "ref+"]
    guard !value.contains("$"), !value.contains("{{"), !switches.contains(value.lowercased()),
      value.utf8.count > 3 || Int(value) == nil, !places.contains(where: value.hasPrefix)
    else { return false }
    let last = name.uppercased()
    guard ["KEY", "KEYS", "TOKEN"].contains(where: last.hasSuffix) else { return true }
    // Clients of servers without a key get any word.
    let plain = value.hasPrefix("sk-") ? value.dropFirst(3) : value[...]
    let words = [
      "any", "dummy", "fake", "ignored", "key", "lm-studio", "lmstudio", "local", "no", "none",
      "not", "nothing", "noop", "ollama", "unused", "xxx",
    ]
    let isWord = words.contains { word in
      plain.lowercased() == word || plain.lowercased().hasPrefix(word + "-")
        || plain.lowercased().hasPrefix(word + "_")
    }
    return !isWord && !Secrets.isCommonWord(value) && Set(plain).count > 1
  }
}
