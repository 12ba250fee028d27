import Deployments
import Diagnostics
import Profiles
import Schema
import Text

/// Secrets that an engine has, or that the user has to create.
extension ServerImport {
  /// Takes secrets that the engine has already.
  mutating func readSecrets() {
    for secret in server.secrets { take(secret) }
    for (index, file) in server.variableFiles.enumerated() {
      let isRelative = !["/", ".", "~", "$", "%"].contains { file.value.hasPrefix($0) }
      let path = absolute((isRelative ? "./" : "") + file.value)
      guard !server.isOpen(file), HostPath(path) != nil else {
        fates.append(
          Fate(
            key: file, kind: .dropped,
            reason: "name its variables under 'secrets', because amm does not know its path"))
        continue
      }
      let isLast = index == server.variableFiles.count - 1
      let variable = Located(variable(ofFile: path, isLast: isLast), file.range)
      take(.init(variable: variable, name: path, isFile: true))
      fates.append(
        Fate(
          key: file, kind: .changed, reason: "the server gets all variables of the file"))
    }
  }

  private mutating func take(_ written: ForeignServer.Secret) {
    let variable = written.variable
    let secret = valid(written)
    guard EnvironmentVariable.Name(variable.value) != nil else {
      fates.append(
        Fate(
          key: variable, kind: .dropped, reason: "names of variables have letters, digits and '_'"))
      return
    }
    if ForeignWords.tokenVariables.contains(variable.value), !runtime.pullsModels {
      token = (secret.text, variable.range)
    } else if runtime.keyVariable?.text == variable.value {
      key = (secret.text, variable.range)
    } else {
      ownSecrets.append((variable.value, secret.text, variable.range))
    }
  }

  /// Returns a secret under a name that an instance can have.
  private mutating func valid(_ secret: ForeignServer.Secret) -> ForeignServer.Secret {
    guard !secret.isFile, ResourceName(secret.name) == nil else { return secret }
    let plain = ForeignNames.plain(secret.name)
    let name = plain.isEmpty ? self.name + "-secret" : plain
    if !secrets.contains(name) { secrets.append(name) }
    fates.append(
      Fate(
        key: Located(secret.name, secret.variable.range), kind: .changed,
        reason: "the secret '\(name)', which you create: names have letters, digits, '_' and '-'"))
    return .init(variable: secret.variable, name: name, key: secret.key)
  }

  /// Returns the variable for which an instance names a file, which gives the server all of its variables.
  private func variable(ofFile path: String, isLast: Bool) -> String {
    let hasToken = token != nil
    if recognised.isKeyed, key == nil, hasToken || isLast, let variable = runtime.keyVariable {
      return variable.text
    }
    let canHaveToken = !runtime.pullsModels && runtime != Custom.self
    if !hasToken, canHaveToken { return EnvironmentVariable.Name.huggingFaceToken.text }
    let file = path.split(separator: "/").last ?? ""
    let plain = file.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    return "FILE_" + String(plain)
  }

  /// Names a secret for a variable, which the user creates, and returns the secret's name.
  @discardableResult
  mutating func keepSecret(_ name: Located<String>) -> String {
    let secret = self.name + "-" + name.value.lowercased().replacing("_", with: "-")
    if !secrets.contains(secret) { secrets.append(secret) }
    ownSecrets.append((name.value, ImportedText.scalar(secret), name.range))
    fates.append(
      Fate(key: name, kind: .changed, reason: "the secret '\(secret)', which you create"))
    return secret
  }

  /// Takes a variable with the path of a secret that the engine mounts as a file.
  mutating func tellSecretFile(_ name: Located<String>, _ value: Located<String>) {
    let secret = String(value.value.split(separator: "/").last ?? "")
    guard name.value == "HF_TOKEN_PATH", ResourceName(secret) != nil else {
      fates.append(
        Fate(
          key: name, kind: .dropped,
          reason:
            "a server gets secrets as variables and not as files: see 'secrets'"))
      return
    }
    token = (ImportedText.scalar(secret), name.range)
    if !secrets.contains(secret) { secrets.append(secret) }
    fates.append(
      Fate(key: name, kind: .changed, reason: "the secret '\(secret)', which you create"))
  }
}

extension ForeignServer.Secret {
  /// The reference as an instance writes it.
  var text: String {
    let name = ImportedText.scalar(name)
    guard !isFile else { return "{environment_file: \(name)}" }
    return key.map { "{secret: \(name), key: \(ImportedText.scalar($0))}" } ?? name
  }
}
