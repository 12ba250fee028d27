import Foundation
import TestSupport
import Testing

/// What must hold of the sources as text: docs/style.md and docs/architecture.md say why.
struct HouseTests {
  @Test func `what modules share is documented`() throws {
    let sources = try sources.map(SourceText.init)
    let requirements = Set(sources.flatMap(\.requirements)).union(SourceText.knownRequirements)
    for source in sources {
      let missing = source.shared.filter { declaration in
        !declaration.isDocumented && !requirements.contains(declaration.name)
          && !declaration.isField && !source.isMemberwise(declaration)
      }
      let isComplete = missing.isEmpty
      #expect(
        isComplete,
        "\(source.name): \(missing.map { "\($0.line) \($0.name)" }.joined(separator: ", "))")
    }
  }

  @Test func `flags are read by commands alone`() throws {
    let rooms = ["Commands", "CommandSupport", "amm", "amm-compare", "amm-fetch"]
    for file in try sources {
      let room = try #require(
        file.path.split(separator: "/Sources/").last?.split(separator: "/").first)
      let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      let isFree = rooms.contains(String(room)) || !text.contains("import ArgumentParser")
      #expect(isFree, "\(file.lastPathComponent) reads flags")
    }
  }

  /// A file is read in one sitting.
  @Test func `files have at most 300 lines`() throws {
    for file in try sources {
      let lines = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        .split(separator: "\n", omittingEmptySubsequences: false).count
      #expect(lines <= 301, "\(file.lastPathComponent)")
    }
  }

  private var sources: [URL] {
    get throws { try Repository.files(in: "Sources", ending: ".swift") }
  }
}

/// A source file, as far as these tests read it: line by line, as `swift format` lays them out.
private struct SourceText {
  /// A declaration of a type or member.
  struct Declaration {
    let line: Int
    /// Of what is declared; `init` of an initializer.
    let name: String
    /// Its lines up to the end of its parameters.
    let text: String
    let isShared: Bool
    let isDocumented: Bool

    /// Whether a field table says what it means, in a sentence that it has to have.
    var isField: Bool {
      [": Located<", ": [Located<", "static let fields = FieldTable"].contains(where: text.contains)
    }
  }

  /// Requirements of Swift's own protocols and of the argument parser's.
  static let knownRequirements: Set = [
    "description", "==", "<", "hash", "next", "makeIterator", "startIndex", "endIndex", "index",
    "allCases", "rawValue", "encode",
  ]

  private static let kinds: Set<Substring> = [
    "struct", "class", "enum", "actor", "protocol", "typealias", "func", "let", "var", "init",
    "subscript", "associatedtype",
  ]

  let name: String
  private let declarations: [Declaration]
  /// What its protocols require, each documented there once for all that conform.
  let requirements: [String]
  private let documented: Set<String>

  init(_ file: URL) throws {
    name = file.lastPathComponent
    let lines = String(decoding: try Data(contentsOf: file), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
    var found: [Declaration] = []
    var required: [String] = []
    var isInProtocol = false
    /// Whether a comment stands above, with nothing but attributes between.
    var isDocumented = false
    for (index, whole) in lines.enumerated() {
      let line = whole.drop { $0 == " " }
      if line.hasPrefix("///") {
        isDocumented = true
        continue
      }
      if let declaration = Self.declaration(at: index, of: lines, isDocumented) {
        found.append(declaration)
        if isInProtocol, declaration.name != "init" { required.append(declaration.name) }
        if line.contains("protocol "), line.hasSuffix("{") { isInProtocol = true }
        isDocumented = false
      } else if line.isEmpty || line.hasSuffix("}") || line.hasSuffix("{") {
        isDocumented = false
      }
      if whole == "}" { isInProtocol = false }
    }
    declarations = found
    requirements = required
    documented = Set(found.filter(\.isDocumented).map(\.name))
  }

  var shared: [Declaration] { declarations.filter(\.isShared) }

  /// Whether an initializer takes members that are documented themselves, or nothing.
  func isMemberwise(_ declaration: Declaration) -> Bool {
    guard declaration.name == "init", let start = declaration.text.firstIndex(of: "(") else {
      return false
    }
    let parameters = declaration.text[start...].split(separator: ":").dropLast()
    return parameters.allSatisfy { part in
      let word = part.reversed().prefix { $0.isLetter || $0.isNumber || $0 == "_" }.reversed()
      return documented.contains(String(word))
    }
  }

  /// What a line declares; nil where it is no declaration.
  private static func declaration(
    at index: Int, of lines: [Substring], _ isDocumented: Bool
  ) -> Declaration? {
    let words = lines[index].split(separator: " ")
    var isShared = false
    for (position, word) in words.enumerated() {
      let plain = word.prefix { $0.isLetter }
      guard !kinds.contains(plain) else {
        let isOneWord = plain == "init" || plain == "subscript"
        guard isOneWord || plain == word else { return nil }
        guard let named = isOneWord ? plain : words.dropFirst(position + 1).first else {
          return nil
        }
        let isOperator = named.first.map { "<=+".contains($0) } == true
        let name =
          isOperator
          ? named.prefix { $0 != "(" }
          : named.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "`" }
        var text = String(lines[index])
        for line in lines[(index + 1)...].prefix(20) where count("(", text) != count(")", text) {
          text += line
        }
        return Declaration(
          line: index + 1, name: name.filter { $0 != "`" }, text: text, isShared: isShared,
          isDocumented: isDocumented)
      }
      if word == "package" { isShared = true }
      // Attributes and other words that stand before a declaration.
      guard word.hasPrefix("@") || modifiers.contains(word.prefix { $0 != "(" }) else { return nil }
    }
    return nil
  }

  private static let modifiers: Set<Substring> = [
    "package", "static", "final", "indirect", "mutating", "consuming", "convenience", "override",
    "nonisolated", "lazy", "private", "fileprivate", "internal", "case",
  ]

  private static func count(_ character: Character, _ text: String) -> Int {
    text.count { $0 == character }
  }
}
