import Deployments
import Diagnostics
import Profiles
import Schema
import Text

extension ServerImport {
  /// The place of a file in the container, as a path of the machine; nil if no mount has it.
  func machinePath(of path: String) -> String? {
    guard server.image != nil else { return path }
    for place in server.places where !place.value.isVolume {
      let target = place.value.target
      guard path == target || path.hasPrefix(target + (target.hasSuffix("/") ? "" : "/")) else {
        continue
      }
      return absolute(place.value.source) + path.dropFirst(target.utf8.count)
    }
    return nil
  }

  /// Returns a path of the machine that amm accepts: absolute, or below the home folder.
  func absolute(_ path: String) -> String {
    if path.hasPrefix("$HOME") { return "~" + path.dropFirst(5) }
    if path.hasPrefix("${HOME}") { return "~" + path.dropFirst(7) }
    if path.hasPrefix("%h") { return "~" + path.dropFirst(2) }
    for here in ["$PWD", "${PWD}", "$(pwd)"] where path.hasPrefix(here) {
      return absolute("." + path.dropFirst(here.utf8.count))
    }
    guard path.hasPrefix("."), let folder else { return path }
    var parts = folder.split(separator: "/")
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// The lines of `source`; nil if the server names no model.
  var modelLines: ImportedText? {
    var text = ImportedText()
    let isFile = { (path: String) in
      path.hasPrefix("/") || path.hasPrefix("./") || path.hasPrefix("~") || path.hasPrefix("../")
    }
    if let repository {
      let parts = repository.value.split(separator: ":", maxSplits: 1).map(String.init)
      text.add("source:", at: repository.range)
      text.add("  type: huggingface", at: repository.range)
      text.add("  model_id: " + ImportedText.scalar(parts.first ?? ""), at: repository.range)
      return text
    }
    guard let model, !model.value.isEmpty else { return nil }
    text.add("source:", at: model.range)
    if isFile(model.value) {
      let path = machinePath(of: absolute(model.value)) ?? absolute(model.value)
      text.add("  type: local", at: model.range)
      text.add("  path: " + ImportedText.scalar(path), at: model.range)
    } else {
      let isOllama = runtime.sources.contains(.ollama)
      text.add("  type: \(isOllama ? "ollama" : "huggingface")", at: model.range)
      text.add("  model_id: " + ImportedText.scalar(model.value), at: model.range)
      if let revision {
        text.add("  revision: " + ImportedText.quoted(revision.value), at: revision.range)
      }
    }
    return text
  }

  /// The lines of `source` for judging the other settings of a server that names no model.
  var placeholder: ImportedText {
    var text = ImportedText()
    text.add("source:", at: server.name.range)
    text.add(
      "  type: \(runtime.sources.contains(.ollama) ? "ollama" : "huggingface")",
      at: server.name.range)
    text.add(
      "  model_id: \(runtime.sources.contains(.ollama) ? "llama3.2" : "org/model")",
      at: server.name.range)
    return text
  }

  /// The names of the profile and of the instance's model: servers that take the model's name from the
  /// profile need no other for the same one.
  private var ownName: (profile: String, served: Located<String>?) {
    guard words.isNamedByProfile, let servedName else { return (name, servedName) }
    var names = servedName.value.split(separator: ",").map(String.init)
    if let first = server.profileName?.value, first != servedName.value {
      names = [first, servedName.value]
    }
    guard let first = names.first, Self.isName(first) else { return (name, servedName) }
    return (first, names.count > 1 ? names.last.map { Located($0, servedName.range) } : nil)
  }

  /// Whether a text can be the name of a profile.
  private static func isName(_ text: String) -> Bool {
    let first = text.utf8.first ?? 0
    return text.utf8.count <= 63 && first.isASCIIAlphanumeric
      && text.utf8.allSatisfy { $0.isASCIIWord || $0 == 0x2D || $0 == 0x2E }
  }

  /// Returns the profile; if the server names no model, with a finding and any model.
  mutating func profile(from origin: String) -> ImportedText {
    let named = modelLines
    if named == nil {
      tell(
        ImportRules.model, server.name.range,
        "'\(server.name.value.abbreviatedName)' names no model, so it has no profile",
        help: runtime.sources.contains(.ollama)
          ? "write one with 'amm add ollama:NAME'" : "write one with 'amm add ORG/NAME'")
    }
    hasModel = named != nil
    let modelLines = named ?? placeholder
    var text = ImportedText()
    text.add("# Imported from \(origin).")
    let own = ownName
    text.add("name: " + ImportedText.scalar(own.profile), at: server.name.range)
    servedName = own.served
    if !runtime.writesText {
      text.add("category: embedding", at: server.name.range)
      if (model ?? repository)?.value.lowercased().contains("rerank") ?? false {
        text.add("capabilities: [reranking]", at: server.name.range)
      }
    }
    text.add("", at: nil)
    text.add(modelLines)
    text.add("")
    text.add("container:", at: server.image?.range ?? server.name.range)
    text.add("  runtime: \(runtime.name)", at: server.image?.range ?? server.name.range)
    if let image = server.image {
      text.add(
        "  image: " + ImportedText.quoted(Self.qualified(image.value)), at: image.range)
    }
    addOptions(to: &text)
    if !arguments.isEmpty {
      text.add("")
      text.add("arguments:")
      for word in arguments { text.add("  - " + ImportedText.quoted(word.value), at: word.range) }
    }
    if !environment.isEmpty {
      text.add("")
      text.add("environment:")
      for (name, value) in environment {
        text.add(
          "  \(ImportedText.scalar(name.value)): " + ImportedText.quoted(value), at: name.range)
      }
    }
    return text
  }

  func addOptions(to text: inout ImportedText) {
    var lines = options
    if let repository {
      let parts = repository.value.split(separator: ":", maxSplits: 1).map(String.init)
      if let file {
        lines.insert(("file", ImportedText.quoted(file.value), file.range), at: 0)
      } else if parts.count == 2 {
        lines.insert(("quant", ImportedText.scalar(parts[1]), repository.range), at: 0)
      }
    }
    guard !lines.isEmpty else { return }
    text.add("")
    text.add(runtime.sectionKey + ":")
    for (key, value, origin) in lines { text.add("  \(key): \(value)", at: origin) }
  }
}
