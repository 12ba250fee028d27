import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import Text

extension ServerImport {
  static let ofGPUs: Set = [
    "NVIDIA_VISIBLE_DEVICES", "CUDA_VISIBLE_DEVICES", "NVIDIA_DRIVER_CAPABILITIES",
    "HIP_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES",
  ]

  mutating func readVariables() {
    let table = LauncherTable(runtime, image: image)
    for (name, text) in server.variables {
      let value = text.map { Located($0, name.range) }
      if ForeignWords.tokenVariables.contains(name.value) {
        takeSecret(name, value, isKey: false)
      } else if runtime.keyVariable?.text == name.value {
        takeSecret(name, value, isKey: true)
      } else if ForeignWords.cacheVariables.contains(name.value) {
        if let value { cacheFolders.append(value.value) }
        fates.append(Fate(key: name, kind: .changed, reason: "amm sets the folder of the cache"))
      } else if Self.ofGPUs.contains(name.value) {
        fates.append(Fate(key: name, kind: .changed, reason: "'gpus' names the GPUs"))
      } else if take(name.value, value, at: name.range) {
        continue
      } else if let value, let table, let option = table.catalogue.option(variable: name.value) {
        let text = Self.variable(value.value, of: option)
        if let text {
          add(option.names[0].asKey, text, option, at: name.range)
        } else {
          environment.append((name, value.value))
        }
      } else if Self.isSecret(name.value), value.flatMap({ Int($0.value) }) == nil {
        let secret = self.name + "-" + name.value.lowercased().replacing("_", with: "-")
        secrets.append(secret)
        ownSecrets.append((name.value, secret, name.range))
        if let value, !value.value.isEmpty {
          tell(
            ImportRules.secret, name.range, "'\(name.value)' has its value in the file",
            help: "run 'podman secret create \(secret) FILE', and remove the value")
        }
      } else if let value {
        environment.append((name, value.value))
      }
    }
  }

  /// Takes secrets that the engine has already.
  mutating func readSecrets() {
    for (variable, secret) in server.secrets {
      if ForeignWords.tokenVariables.contains(variable.value) {
        token = (secret, variable.range)
      } else if runtime.keyVariable?.text == variable.value {
        key = (secret, variable.range)
      } else {
        ownSecrets.append((variable.value, secret, variable.range))
      }
    }
    for file in server.variableFiles {
      fates.append(
        Fate(
          key: file, kind: .dropped,
          reason:
            "name its variables under 'secrets', or write 'token: {environment_file: …}' for a token"
        )
      )
    }
  }

  static func variable(_ text: String, of option: CatalogueOption) -> String? {
    switch option.kind {
    case .flag:
      ["true", "1"].contains(text.lowercased())
        ? "true" : ["false", "0", ""].contains(text.lowercased()) ? "false" : nil
    case .integer, .number, .size: Double(text) != nil ? text : nil
    case .json: nil
    case .text: option.count == .one ? ImportedText.scalar(text) : nil
    }
  }

  static func isSecret(_ name: String) -> Bool {
    let upper = name.uppercased()
    return ["_TOKEN", "_API_KEY", "_SECRET", "_PASSWORD"].contains { upper.hasSuffix($0) }
  }
}
