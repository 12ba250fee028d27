import Catalogues
import Deployments
import Diagnostics
import Profiles
import Schema
import Text

/// Which problems of a profile that an import made are problems of its source, in the words of the source.
struct ForeignProblems {
  /// Rules about what amm does or allows, which a file of another tool does not break.
  private static let ofProfiles: Set = [
    "variable-with-field", "unsafe-variable", "setting-written-twice", "duplicate-key",
    "duplicate-item", "reserved-setting", "host-exposed", "path-not-mounted", "ignored-setting",
    "path-of-host",
  ]

  /// The same for a workspace, and what runs side by side on a machine, which a check of it tells.
  static let ofWorkspaces: Set = [
    "gpu-share", "open-without-key", "privileged-port", "host-exposed", "group-of-one",
    "setting-without-effect", "unqualified-image", "mount-within", "path-not-mounted",
    "duplicate-key", "duplicate-item", "exclusive-large", "launch-too-long", "name-collision",
    "exclusive-start",
  ]

  /// Rules about what a version has, which an image that is built from a file may have besides.
  private static let ofVersions: Set = [
    "option-not-in-tables", "unknown-argument", "unknown-variable", "option-release",
  ]

  /// Rules about the values of options.
  private static let ofValues: Set = [
    "bad-value", "argument-value", "unknown-word", "unsupported-value", "wrong-kind",
    "out-of-range",
  ]

  private let source: SourceFile
  private let server: ServerImport
  private var table: LauncherTable? { server.table }
  /// Whether the program is an extension of the runtime's, which has further options.
  private let isExtended: Bool
  /// Whether the image is not one of the runtime's project, so that its version is not known.
  private let isOfOthers: Bool
  /// The words of the command that use variables.
  private let expanding: [String]

  /// Whether the image's version is between those that have a table, or older.
  private var isNear: Bool {
    if case .near? = table?.fit { true } else { false }
  }

  init(_ server: ServerImport) {
    self.server = server
    source = server.source
    let words = (server.server.entrypoint ?? []) + server.server.command
    let (extensions, images) = (server.words.extensions, server.words.images)
    isExtended = words.contains { extensions.contains($0.value) }
    isOfOthers =
      server.server.image.map { image in
        !Recognition.starts(image.value) && images.allSatisfy { !image.value.contains($0) }
      } ?? false
    expanding = words.map(\.value).filter { $0.utf8.contains(0x24) }
  }

  /// Returns a problem of the profile at its place in the source; nil if the source has no such problem.
  func told(_ problem: Diagnostic, at range: SourceRange) -> Diagnostic? {
    let code = problem.rule.code
    guard !Self.ofProfiles.contains(code) else { return nil }
    // Without a model, any is assumed.
    if !server.hasModel, ["llama-cpp-router", "unquantized-repository"].contains(code) {
      return nil
    }
    // A folder for models of its own is not the one of the image.
    if code == "user-of-image", server.cacheFolder != nil { return nil }
    // An image of this machine has no version to pin.
    let isLocal = server.server.image.map { Self.isLocal($0.value) } ?? false
    let isMoved = server.server.image.map { image in
      server.words.moved[Recognition.untagged(image.value)] != nil
    }
    let isPlaceholder = server.server.image?.hasPlaceholderTag ?? false
    if code == "moving-tag", isPlaceholder || isLocal || server.server.isBuilt || isMoved ?? false {
      return nil
    }
    if code == "option-not-in-tables", table?.fit == .unknown, isInNewest(problem) { return nil }
    let isOfEngine =
      code == "unknown-argument" && server.server.isOfLine
      && quoted(problem).contains(where: RunLine.isOption)
    let help =
      isOfEngine
      ? ["write it before the image, where the options of the engine are"]
      : problem.help.map { text in
        text.hasPrefix("write it as YAML")
          ? "write an object of JSON, in quotes that stay: '{\"KEY\": VALUE}'" : words(text)
      }
    // A version between the tables may have what they lack, unless the name is misspelt.
    // Without an image, the version is not known.
    if !server.server.isContainer, let asked = asked(problem, at: range) {
      return server.server.showsVersion ? nil : asked
    }
    if code == "unknown-variable", isUsed(problem) { return nil }
    if code == "bad-value", takesValue(of: problem) { return nil }
    // A version before all tables may have had other forms of values.
    if table?.isNewerThanImage ?? false, Self.ofValues.contains(code) { return nil }
    if isExtended, Self.ofVersions.contains(code) { return nil }
    // An image that is built, or another project's, may have what the table lacks.
    let isOwnVersion = !server.server.isBuilt && !isOfOthers
    let isGuess =
      isNear && code == "option-not-in-tables" || !isOwnVersion && Self.ofVersions.contains(code)
    if isGuess, !help.contains(where: { $0.hasPrefix("did you mean") }) {
      return nil
    }
    return Diagnostic(
      problem.rule, at: SourceLocation(source, range),
      // The word is that of the source.
      code == "argument-value" && problem.message.contains("neither an option")
        ? problem.message : words(problem.message),
      help: code == "moving-tag"
        ? [helpForTag]
        : code == "unmaintained-runtime" ? ["vLLM, SGLang and llama.cpp are maintained"] : help)
  }

  /// Whether an image is only on the machine: no server of amm's runtimes is one of Docker's own images.
  private static func isLocal(_ image: String) -> Bool {
    ["localhost/", "docker.io/library/"].contains(where: image.hasPrefix) || !image.contains("/")
  }

  /// Whether the command itself uses the variable of a problem.
  private func isUsed(_ problem: Diagnostic) -> Bool {
    let names = problem.message.split(separator: "'")
    return names.contains { name in
      expanding.contains { $0.contains("$\(name)") || $0.contains("${\(name)") }
    }
  }

  /// Whether the parser of the image's version, or of one close to it, accepts a value that a field of
  /// amm refuses.
  private func takesValue(of problem: Diagnostic) -> Bool {
    guard problem.message.contains("known value"), let table,
      let found = problem.message.firstRange(of: "found '")
    else { return false }
    let value = String(problem.message[found.upperBound...].prefix { $0 != "'" })
    return isNear
      || table.catalogue.options.contains { option in
        problem.message.hasPrefix("'\(server.runtime.sectionKey).\(option.names[0].asKey)'")
          && option.choices.contains(value)
      }
  }

  /// Returns a problem with an option or variable as a warning, if the version that has it is not known.
  private func asked(_ problem: Diagnostic, at range: SourceRange) -> Diagnostic? {
    let code = problem.rule.code
    var others = ["unknown-member", "unsupported-value", "unknown-word", "vllm-gguf-files"]
    // Another version may know more words, or an option without a value.
    let isWord =
      problem.message.contains("known value")
      || problem.help.contains { $0.hasPrefix("the known values are") }
    if isWord || problem.message.contains("found '-") {
      others += ["bad-value", "argument-value"]
    }
    guard let table, Self.ofVersions.contains(code) || others.contains(code) else {
      return nil
    }
    let certain = table.title(of: server.runtime, isSure: true)
    let title = "\(server.runtime.name) \(table.catalogue.release.text), whose table amm uses here,"
    let isKnown = Catalogue.releases(of: server.runtime.name).contains { release in
      Catalogue.of(server.runtime.name, release).map { catalogue in
        quoted(problem).contains { catalogue.has($0) }
      } ?? false
    }
    let rule =
      isKnown || others.contains(code)
      ? Checks.rules.first { $0.code == "option-not-in-tables" } ?? problem.rule : problem.rule
    return Diagnostic(
      rule, at: SourceLocation(source, range),
      words(problem.message.replacing(certain, with: title)), help: problem.help.map(words))
  }

  /// Whether the newest version has an option that a problem says is missing, so that an image or program
  /// of any version may have it.
  private func isInNewest(_ problem: Diagnostic) -> Bool {
    guard let newest = server.newest else { return false }
    return quoted(problem).contains { newest[$0] != nil }
  }

  /// Returns the words in single quotes of a problem's message.
  private func quoted(_ problem: Diagnostic) -> [String] {
    let parts = problem.message.split(separator: "'", omittingEmptySubsequences: false)
    return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
  }

  /// Help for an image without a version, which keeps what it computes on.
  private var helpForTag: String {
    guard let image = server.image else { return "write the tag of a version" }
    let tag = image.tag ?? ""
    let own = Processor.allCases.compactMap { server.runtime.image(for: $0) }
    // The shortest one has nothing besides the version.
    let same = own.filter { candidate in
      guard candidate.name == image.name, let other = candidate.tag else { return false }
      return other == tag || other.hasPrefix(tag + "-") || other.hasSuffix("-" + tag)
    }.min { ($0.tag ?? "").count < ($1.tag ?? "").count }
    let first = own.first.flatMap {
      $0.name == image.name && ["", "latest"].contains(tag) ? $0 : nil
    }
    guard let chosen = same ?? first, let version = chosen.tag else {
      return "write the tag of a version, or a digest"
    }
    return "write the tag of a version, such as '\(version)'"
  }

  /// Returns a text of amm with the names that the source has for settings.
  ///
  /// Names and settings are in single quotes: `'vllm.max_model_len'`, `'dtype: bfloat16'`.
  func words(_ text: String) -> String {
    // "write 'load_mode: none' under 'llama_cpp' ('--load-mode none')": the source has the option.
    if let found = text.firstRange(of: " under '\(server.runtime.sectionKey)' ("),
      text.hasSuffix(")")
    {
      return "use " + text[found.upperBound...].dropLast()
    }
    // "add '--enable-lora' under 'vllm'"
    let plain = text.replacing(" under '\(server.runtime.sectionKey)'", with: "")
    var parts = Self.quotedParts(of: plain)
    guard parts.count > 2 else { return text }
    for index in stride(from: 1, to: parts.count - 1, by: 2) {
      parts[index] = word(parts[index])
    }
    return parts.joined(separator: "'")
  }

  /// Returns the parts of a text between single quotes; an apostrophe within a word is none.
  private static func quotedParts(of text: String) -> [String] {
    var parts = [""]
    var before: Character = " "
    for (index, character) in zip(text.indices, text) {
      let next = text.index(after: index)
      let isWithin = before.isLetter && next < text.endIndex && text[next].isLetter
      if character == "'", !isWithin {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
      before = character
    }
    return parts
  }

  /// Returns a setting as the source writes it, or a word as it is.
  private func word(_ text: String) -> String {
    let section = server.runtime.sectionKey + "."
    if text == "source.revision" {
      return server.words.revisions.first { $0.hasPrefix("--") } ?? "--revision"
    }
    if let field = CommonField.allCases.first(where: { $0.path == text }),
      let option = server.runtime.option(for: field)
    {
      return option.text
    }
    if text.hasPrefix("runtime: ") { return String(text.dropFirst(9)) }
    let plain = text.hasPrefix(section) ? String(text.dropFirst(section.count)) : text
    let key = String(plain.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
    let rest = plain.dropFirst(key.count)
    guard !key.isEmpty, rest.isEmpty || rest.hasPrefix(": ") || text.hasPrefix(section) else {
      return text
    }
    // Ollama's settings are parameters and variables, and no options.
    let isOption = server.runtime.argumentSyntax != .nothing
    let option = isOption ? "--" + key.replacing("_", with: "-") : key
    guard
      let spelled = server.spellings[key]
        ?? (hasOption(option) || text.hasPrefix(section) ? option : nil)
    else { return text }
    guard rest.hasPrefix(": ") else { return spelled + rest }
    let value = rest.dropFirst(2)
    if value == "false", let off = table?.catalogue[spelled]?.off.first { return off }
    return value == "true" && spelled.hasPrefix("-") ? spelled : "\(spelled) \(value)"
  }

  private func hasOption(_ name: String) -> Bool { table?.catalogue[name] != nil }
}
