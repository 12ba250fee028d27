import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import Text

/// Secrets that an engine has, and options and variables with secrets that the user has to create.
extension ServerImport {
  /// Takes a token or key, which is never written.
  mutating func takeSecret(
    _ name: Located<String>, _ value: Located<String>?, isKey: Bool
  ) {
    let secret = isKey ? self.name + "-key" : "hf-token"
    let text = ImportedText.scalar(secret)
    if isKey { key = (text, name.range) } else { token = (text, name.range) }
    secrets.add(secret)
    fates.append(
      Fate(key: name, kind: .changed, reason: "the secret '\(secret)', which you create"))
    if let value { tellSecret(name, value, secret) }
    if let value, !isKey { tellPlaceholder(token: value, of: name.value) }
  }

  /// Takes an option with a secret that its variable can have instead; returns whether it holds one.
  ///
  /// A container gets secrets only as variables.
  mutating func takeOtherSecret(_ given: GivenOption) -> Bool {
    guard Secrets.isSecretOption(given.fullName), given.option?.count != CatalogueOption.Count.none
    else { return false }
    let name = Located(given.name, given.range)
    let value = given.values.first
    if let variable = given.option?.variable {
      takeVariable(variable, of: name, value)
      return true
    }
    guard let value, !server.isOpen(value), !Secrets.isPlaceholder(value.value) else {
      return false
    }
    tell(
      ImportRules.secret, value.range, "'\(given.fullName)' has its value in the file",
      help: "remove it: a container gets secrets as variables, and this option has none")
    fates.append(
      Fate(key: name, kind: .dropped, reason: "no variable of the server can have the secret"))
    return true
  }

  /// Takes a variable that gets a secret of its own.
  mutating func takeVariable(
    _ variable: String, of name: Located<String>, _ value: Located<String>?
  ) {
    let secret = self.name + "-" + variable.lowercased().replacing("_", with: "-")
    secrets.add(secret)
    ownSecrets.append((variable, ImportedText.scalar(secret), name.range))
    fates.append(
      Fate(key: name, kind: .changed, reason: "the secret '\(secret)', which you create"))
    if let value { tellSecret(name, value, secret) }
  }

  /// Takes secrets that the engine has already.
  mutating func readSecrets() {
    for secret in server.secrets { take(secret) }
    tellFileSecrets()
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
    tellSecretName(variable)
    guard EnvironmentVariable.Name(variable.value) != nil else {
      fates.append(
        Fate(
          key: variable, kind: .dropped, reason: "names of variables have letters, digits and '_'"))
      return
    }
    if ForeignWords.tokenVariables.contains(variable.value), !runtime.pullsModels {
      if !written.isFile { tellUnreadToken(variable) }
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
    secrets.add(name)
    fates.append(
      Fate(
        key: Located(secret.name, secret.variable.range), kind: .changed,
        reason: "the secret '\(name)', which you create: names have letters, digits, '_' and '-'"))
    return .init(variable: secret.variable, name: name, ofCluster: secret.ofCluster)
  }

  /// Returns the variable for which an instance names a file, which gives the server all of its variables.
  private func variable(ofFile path: String, isLast: Bool) -> String {
    let hasToken = token != nil
    if recognised.isKeyed, key == nil, hasToken || isLast, let variable = runtime.keyVariable {
      return variable.text
    }
    let canHaveToken = !runtime.pullsModels && !runtime.needsImage
    if !hasToken, canHaveToken { return EnvironmentVariable.Name.huggingFaceToken.text }
    let file = path.split(separator: "/").last ?? ""
    let plain = file.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    let name = "FILE_" + String(plain)
    let count = ownSecrets.count { $0.variable == name || $0.variable.hasPrefix(name + "_") }
    return count == 0 ? name : "\(name)_\(count + 1)"
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
    secrets.add(secret)
    fates.append(
      Fate(key: name, kind: .changed, reason: "the secret '\(secret)', which you create"))
  }
}

extension ForeignServer.Secret {
  /// The reference as an instance writes it.
  var text: String {
    let name = ImportedText.scalar(name)
    guard !isFile else { return "{environment_file: \(name)}" }
    guard let (secret, key) = ofCluster else { return name }
    return "{secret: \(ImportedText.scalar(secret)), key: \(ImportedText.scalar(key))}"
  }
}

extension GivenOption {
  /// The documented name, if it is abbreviated.
  var fullName: String {
    guard let option, name.hasPrefix("--"), !option.names.contains(name), !isOff,
      !name.contains(".")
    else { return name }
    return option.names.first { $0.hasPrefix(name) } ?? name
  }
}
