import Catalogues
import Diagnostics
import Profiles
import Schema

/// Options and variables that hold secrets.
extension ServerImport {
  /// Takes a token or key, which is never written.
  mutating func takeSecret(
    _ name: Located<String>, _ value: Located<String>?, isKey: Bool
  ) {
    let secret = isKey ? self.name + "-key" : "hf-token"
    if isKey { key = (secret, name.range) } else { token = (secret, name.range) }
    if !secrets.contains(secret) { secrets.append(secret) }
    fates.append(
      Fate(key: name, kind: .changed, reason: "the secret '\(secret)', which you create"))
    if let value { tellSecret(name, value, secret) }
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
    if !secrets.contains(secret) { secrets.append(secret) }
    ownSecrets.append((variable, secret, name.range))
    fates.append(
      Fate(key: name, kind: .changed, reason: "the secret '\(secret)', which you create"))
    if let value { tellSecret(name, value, secret) }
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
