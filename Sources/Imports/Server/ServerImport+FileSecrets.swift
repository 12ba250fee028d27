import Catalogues
import Profiles
import Schema
import Text

/// Secrets of an engine that the server does not read.
extension ServerImport {
  /// The variable that a secret is meant for, by its name; nil if it is not a token of the hub.
  private func token(named name: String) -> String? {
    let plain = name.uppercased().map { $0.isLetter || $0.isNumber ? $0 : "_" }
    let text = String(plain)
    guard !runtime.pullsModels, !runtime.needsImage else { return nil }
    let isToken =
      ForeignWords.tokenVariables.contains(text)
      || ["HUGGINGFACE_TOKEN", "HUGGING_FACE_TOKEN"].contains(text)
    return isToken ? "HF_TOKEN" : nil
  }

  /// Reports a token of the hub that the container has as a file, of which no variable or option is the path.
  mutating func tellFileSecrets() {
    guard hasOwnImage, !server.isOwn, server.variableFiles.isEmpty else { return }
    let texts = server.words.map(\.value) + server.variables.compactMap(\.value)
    guard !texts.contains(where: { $0.contains("/run/secrets") }),
      !server.variables.contains(where: { ForeignWords.tokenVariables.contains($0.name.value) }),
      !server.secrets.contains(where: { ForeignWords.tokenVariables.contains($0.variable.value) })
    else { return }
    for secret in server.fileSecrets {
      guard let variable = token(named: secret.value) else { continue }
      let shown = secret.value.abbreviatedName
      tell(
        ImportRules.unread, secret.range,
        "'\(shown)' is only the file '/run/secrets/\(shown)', which the server does not read",
        help: server.kind == .quadlet
          ? "write 'Secret=\(shown),type=env,target=\(variable)'"
          : server.kind == .compose
            ? "set 'HF_TOKEN_PATH: /run/secrets/\(shown)' under 'environment'"
            : "write '--secret \(shown),type=env,target=\(variable)'")
    }
  }

  /// Reports a token of the hub in a variable that has the name of the secret, and that the server does not read.
  mutating func tellSecretName(_ variable: Located<String>) {
    guard hasOwnImage, let wanted = token(named: variable.value),
      !ForeignWords.tokenVariables.contains(variable.value),
      table.map({ !Recognition.readsVariable(variable.value, $0) }) ?? false
    else { return }
    tell(
      ImportRules.unread, variable.range,
      "the variable has the name of the secret, '\(variable.value.abbreviatedName)', which the server does not read",
      help: "add 'target=\(wanted)'")
  }
}
