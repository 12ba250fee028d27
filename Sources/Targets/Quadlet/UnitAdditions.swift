package import Deployments

/// Keys that the author of a workspace adds to a server's unit: `quadlet:` of an instance.
package struct UnitAdditions: Sendable, Equatable {
  /// One key with its values, each a line of its own.
  package struct Entry: Sendable, Equatable {
    /// `Unit`, `Container` or `Service`.
    package let section: Section
    /// The key, as its reader spells it.
    package let key: String
    /// Each a line of its own; several only for keys of which each line counts.
    package let values: [PlainText]

    package init(_ section: Section, _ key: String, _ values: [PlainText]) {
      self.section = section
      self.key = key
      self.values = values
    }
  }

  /// The sections that keys can be added to.
  package enum Section: String, Sendable, CaseIterable {
    case unit = "Unit"
    case container = "Container"
    case service = "Service"
  }

  /// In the order in which they were written.
  package private(set) var entries: [Entry]

  package init(_ entries: [Entry] = []) { self.entries = entries }

  /// The same, with a prefix before the services of containers that `[Unit]` names.
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

  /// The lines of a section, escaped as their reader wants them.
  func entries(of section: String) -> [UnitFile.Entry] {
    entries.filter { $0.section.rawValue == section }.flatMap { entry in
      entry.values.map { UnitFile.Entry(entry.key, entry.section.value($0.text, of: entry.key)) }
    }
  }
}

extension UnitAdditions {
  /// What a value of a key of `[Container]` may be.
  package enum Form: Sendable { case flag, word, text }

  /// The keys of `[Container]` that any release has, in order of their names.
  package static let containerKeys: [String] = QuadletKey.container.keys.sorted()

  /// The release that brought a key of `[Container]`; nil for one that none has.
  package static func release(of key: String) -> PodmanVersion? { QuadletKey.container[key]?.since }

  /// Whether each line of a key of `[Container]` counts.
  package static func takesSeveral(_ key: String) -> Bool {
    QuadletKey.container[key]?.reading.takesSeveral ?? false
  }

  /// What a value of a key of `[Container]` may be.
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
