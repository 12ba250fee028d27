import Deployments
import Diagnostics
import Host
import Memory
import Models
import Profiles
import Schema
import Text
import Values

/// A temporary profile for a model folder or a GGUF file, for `amm plan FOLDER`.
struct PlannedFolder {
  let profile: Profile
  /// The facts in its files.
  let model: KnownModel

  /// Finds a model and creates a profile with the requested settings.
  ///
  /// - Parameter path: The path as it was typed.
  /// - Throws: An ``OperationError`` if there is no model at the path, or the settings are not
  ///   valid.
  init(_ path: String, _ request: PlanRequest, on machine: Machine) throws {
    let found = try Self.find(path, on: machine)
    try self.init(path, found, request, on: machine)
  }

  /// Returns the GGUF files of a folder if each is a separate model, the largest first; empty for a
  /// folder with `config.json` or with fewer than two files.
  static func files(in path: String) -> [String] {
    let names = ggufFiles(in: path)
    guard names.count > 1, (try? Files.kind(of: path + "/config.json")) ?? nil == nil else {
      return []
    }
    let files = names.map { path + "/" + $0 }
    return files.map { ($0, Files.size(of: $0) ?? 0) }.sorted { $0.1 > $1.1 }.map(\.0)
  }

  private static func ggufFiles(in path: String) -> [String] {
    ((try? Files.names(in: path)) ?? []).filter { name in
      name.hasSuffix(".gguf") && !name.lowercased().contains("mmproj")
        && SplitName(name).map { $0.parts.first == name } ?? true
    }
  }

  private init(
    _ path: String, _ found: FoundModel, _ request: PlanRequest, on machine: Machine
  ) throws {
    guard let facts = found.plannedFacts else {
      throw OperationError(
        .invalid, "'\(path)' does not describe a model", help: "use a model folder")
    }
    if facts.weights == nil, let cut = facts.cutFiles.first {
      throw OperationError(
        .invalid, "'\(cut)' is incomplete: it ends within its header",
        help: "download it again; the server does not load it")
    }
    model = KnownModel(facts)
    let runtime = try Self.runtime(request.runtime, isGGUF: found.facts?.format == .gguf)
    var sections: [(name: String, lines: [String])] = []
    for setting in request.settings {
      let (section, key) = try Self.place(of: setting.key, in: runtime)
      let line = "  \(key): \(setting.value)"
      if let index = sections.firstIndex(where: { $0.name == section }) {
        sections[index].lines.append(line)
      } else {
        sections.append((section, [line]))
      }
    }
    // The files are read here; the runtime itself may not support their format.
    let source = runtime.sources.contains(.huggingface) ? "huggingface" : "ollama"
    var lines = [
      "name: plan", "source:", "  type: \(source)", "  model_id: local/model", "container:",
      "  runtime: \(runtime.name)",
    ]
    if !runtime.writesText || facts.task != .writes {
      lines.insert(
        facts.task == .ranks ? "capabilities: [reranking]" : "capabilities: [embedding]", at: 1)
    }
    if let release = request.release {
      lines.append("  image: \(JSON.quoted(try Self.image(of: runtime, release)))")
    }
    for section in sections { lines += ["\(section.name):"] + section.lines }
    let file = SourceFile(path: "--set", text: lines.joined(separator: "\n") + "\n")
    let outcome = Profile.read(file)
    guard let profile = outcome.value else {
      machine.tell(.diagnostics(outcome.diagnostics))
      throw OperationError.told(.usage)
    }
    // The settings of a version that amm has no table for.
    if !outcome.diagnostics.isEmpty { machine.tell(.diagnostics(outcome.diagnostics)) }
    self.profile = profile
  }

  /// Finds the model of a path; for a folder with a single GGUF file, the model is that file.
  private static func find(_ path: String, on machine: Machine) throws -> FoundModel {
    let finder = ModelFinder(machine: machine)
    let names = ggufFiles(in: path)
    if names.count == 1, (try? Files.kind(of: path + "/config.json")) ?? nil == nil {
      return try finder.find(.path(path + "/" + names[0]), quantization: nil)
    }
    return try finder.find(.path(path), quantization: nil)
  }

  private static func runtime(
    _ named: String?, isGGUF: Bool
  ) throws(OperationError) -> any Runtime.Type {
    let fitting = Runtimes.all.filter { $0.sources.contains(.local) && !$0.needsImage }
    let wanted = named ?? (isGGUF ? RuntimeChoice.ofGGUF.runtime.name : nil)
    guard let wanted else { return RuntimeChoice.ofHub(.writes, architecture: nil).runtime }
    func plain(_ text: String) -> String { text.filter { $0.isLetter || $0.isNumber } }
    if let runtime = fitting.first(where: { plain($0.name) == plain(wanted) }) {
      return runtime
    }
    let names = fitting.map { $0.name }
    throw OperationError(
      .invalid, "there is no runtime '\(wanted)'",
      help: Suggestion.help(
        for: wanted, among: names,
        otherwise: "the runtimes for such models are \(Phrase.allOf(names))"))
  }

  /// Returns the section of a setting, and its key in the section.
  private static func place(
    of key: String, in runtime: any Runtime.Type
  ) throws(OperationError) -> (section: String, key: String) {
    let isPlain = key.utf8.allSatisfy { $0.isASCIIAlphanumeric || "_-.".utf8.contains($0) }
    guard isPlain, !key.isEmpty, key.utf8.count <= 128 else {
      throw OperationError(
        .usage, "'\(key)' is not a setting", help: "write '--set max_num_seqs=256'")
    }
    if let point = key.firstIndex(of: ".") {
      return (String(key[..<point]), String(key[key.index(after: point)...]))
    }
    if let section = ProfileDocument.section(of: key) { return (section, key) }
    return (runtime.sectionKey, key)
  }

  /// Returns the runtime's image of a version.
  private static func image(
    of runtime: any Runtime.Type, _ release: String
  ) throws(OperationError) -> String {
    let own = Processor.allCases.lazy.compactMap { runtime.image(for: $0) }.first
    let number = release.drop { $0 == "v" }
    let isNumber =
      ServerRelease(number) != nil || number.first == "b" && Int(number.dropFirst()) != nil
    guard isNumber else {
      throw OperationError(
        .usage, "'\(release)' is not a version", help: "write '--release 0.31.0', or 'b11347'")
    }
    guard let own, let tag = own.tag else {
      throw OperationError(.usage, "'--release' cannot be used with a runtime without an image")
    }
    var parts = tag.split(separator: "-").map(String.init)
    if number.first == "b", parts.count > 1 {
      parts[parts.count - 1] = String(number)
    } else {
      parts = [(tag.hasPrefix("v") ? "v" : "") + number]
    }
    let text = parts.joined(separator: "-")
    guard ImageReference("\(own.name):\(text)") != nil else {
      throw OperationError(.usage, "'\(release)' is not a version")
    }
    return "\(own.name):\(text)"
  }
}
