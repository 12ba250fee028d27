package import Deployments

/// The keys that an instance adds to its server's unit with `quadlet:`.
package struct UnitAdditions: Sendable, Equatable {
  /// A key with its values, each on its own line.
  package struct Entry: Sendable, Equatable {
    /// The section: `Unit`, `Container` or `Service`.
    package let section: Section
    /// The key, as systemd or Podman spells it.
    package let key: String
    /// The values, each on its own line.
    ///
    /// Only keys that may be repeated have several.
    package let values: [PlainText]

    package init(_ section: Section, _ key: String, _ values: [PlainText]) {
      self.section = section
      self.key = key
      self.values = values
    }
  }

  /// A section that keys can be added to.
  package enum Section: String, Sendable, CaseIterable {
    case unit = "Unit"
    case container = "Container"
    case service = "Service"
  }

  /// The entries, in the order in which they were written.
  package private(set) var entries: [Entry]

  package init(_ entries: [Entry] = []) { self.entries = entries }

  /// Returns the additions with a prefix added to container services that `[Unit]` names.
  func naming(_ containers: Set<String>, after prefix: String) -> UnitAdditions {
    UnitAdditions(
      entries.map { entry in
        guard entry.section == .unit else { return entry }
        let values = entry.values.map { value in
          let words = value.text.split(separator: " ", omittingEmptySubsequences: false)
          let named = words.map { word in
            let isOwn =
              word.hasSuffix(".service") && containers.contains(String(word.dropLast(8)))
            return isOwn ? prefix + word : String(word)
          }
          return PlainText(named.joined(separator: " ")) ?? value
        }
        return Entry(entry.section, entry.key, values)
      })
  }

  /// Returns the lines of a section, escaped for the program that reads it.
  func entries(of section: String) -> [UnitFile.Entry] {
    entries.filter { $0.section.rawValue == section }.flatMap { entry in
      entry.values.map { UnitFile.Entry(entry.key, entry.section.value($0.text, of: entry.key)) }
    }
  }
}

extension UnitAdditions {
  /// The form of the values of a `[Container]` key.
  package enum Form: Sendable { case flag, word, text }

  /// The `[Container]` keys of all versions, sorted by name.
  package static let containerKeys: [String] = QuadletKey.container.keys.sorted()

  /// Returns the version that introduced a `[Container]` key, or nil if no version has it.
  package static func release(of key: String) -> PodmanVersion? { QuadletKey.container[key]?.since }

  /// Returns whether all lines of a repeated `[Container]` key are used.
  package static func takesSeveral(_ key: String) -> Bool {
    QuadletKey.container[key]?.reading.takesSeveral ?? false
  }

  /// Returns the form of the values of a `[Container]` key.
  package static func form(of key: String) -> Form {
    switch QuadletKey.container[key]?.reading {
    case .flag: .flag
    case .words: .word
    case .single, .lines, .escapedWords, nil: .text
    }
  }
}

extension UnitAdditions.Section {
  fileprivate func value(_ text: String, of key: String) -> UnitValue {
    guard self == .container else { return .systemd(text) }
    return switch QuadletKey.container[key]?.reading {
    case .flag: .flag(text == "true")
    case .escapedWords: .words([text])
    case .single, .lines, .words, nil: .single(text)
    }
  }
}
