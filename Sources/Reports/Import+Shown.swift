import Diagnostics
package import Imports
package import Operations
import Schema
package import Values
import YAML

extension Import {
  /// Returns the report for people: each server, what became of its keys, and the sums.
  package func shown(in layout: Layout) -> Shown {
    let style = layout.style
    var out: Shown = ""
    for server in servers {
      out += style.bold("\(server.name)") + ": \(server.runtime)\n"
      out += Self.shown(server.fates, server.secrets, in: style)
    }
    for companion in companions {
      let names = companion.uses.isEmpty ? "" : " for \(Phrase.allOf(companion.uses))"
      out += style.bold("\(companion.name)") + ": companion \(companion.kind)\(names)\n"
      out += Self.shown(companion.fates, companion.secrets, in: style)
    }
    for other in others {
      out += style.faint("left out") + "  \(other.key.value): \(other.reason)\n"
      guard !other.others.isEmpty else { continue }
      let more = other.others.count - Self.limit
      let keys =
        other.others.prefix(Self.limit) + (more > 0 ? [Phrase.count(more, "other")] : [])
      out += style.faint("its keys") + "  \(Phrase.allOf(Array(keys)))\n"
    }
    return out + "\(sum)\n"
  }

  private static func shown(_ fates: [Fate], _ secrets: [String], in style: Style) -> Shown {
    var out: Shown = ""
    for fate in fates where fate.kind != .carried {
      let line = fate.key.range.start.line
      let word =
        switch fate.kind {
        case .changed, .carried: style.good("\(fate.kind.word)")
        case .dropped: style.faint("\(fate.kind.word)")
        case .unknown: style.warning("\(fate.kind.word)")
        }
      out += "  " + word + "  \(fate.key.value) (line \(line)): \(fate.reason)\n"
    }
    for secret in secrets {
      out += "  " + style.warning("secret") + "  create it: podman secret create \(secret) FILE\n"
    }
    return out
  }

  /// What became of the keys of all servers and companions.
  private var fates: [Fate] { servers.flatMap(\.fates) + companions.flatMap(\.fates) }

  /// The most keys of a program that are listed.
  private static let limit = 20

  /// The number of keys by what became of them.
  private var sum: String {
    let all = fates
    let parts = Fate.Kind.allCases.map { kind in
      "\(all.count { $0.kind == kind }) \(kind.word)"
    }
    let made =
      Phrase.count(servers.count, "server")
      + (companions.isEmpty ? "" : " and \(Phrase.count(companions.count, "companion"))")
    return "\(made): \(Phrase.allOf(parts))"
  }

  /// Whether something of the source is lost.
  package var isLossy: Bool {
    !others.isEmpty || fates.contains { [.dropped, .unknown].contains($0.kind) }
  }
}

extension ImportedWorkspace {
  /// The import for programs.
  package var value: Value {
    let linked = links.map { "active/\($0.instance).yaml" }
    return .document([
      "kind": .text(imported.kind.rawValue),
      "servers": .list(imported.servers.map { $0.value(hiding: imported.secrets) }),
      "companions": .list(imported.companions.map { $0.value(hiding: imported.secrets) }),
      "left_out": .texts(imported.others.map(\.key.value)),
      "left_out_keys": .list(
        imported.others.map { other in
          .set([
            "program": .text(other.key.value), "reason": .text(other.reason),
            "keys": .texts(other.others),
          ])
        }),
      "changes": .texts(changes.map(\.path) + linked),
      "kept": .texts(kept.map(\.path) + otherLinks.map(\.path)),
    ])
  }

  /// The instances and companions that are added, in one line.
  package var sum: Shown {
    let parts = [
      Self.count(added, "instance"), Self.count(addedCompanions, "companion"),
    ].compactMap(\.self)
    return "added \(parts.joined(separator: "; "))"
  }

  /// The number of some names, with the first of them; nil if there are none.
  private static func count(_ names: [String], _ noun: String) -> String? {
    guard !names.isEmpty else { return nil }
    let shown = names.prefix(8).map { "'\($0)'" }
    let others = names.count - shown.count
    let all = shown + (others > 0 ? [Phrase.count(others, "other")] : [])
    return "\(Phrase.count(names.count, noun)): \(Phrase.allOf(all))"
  }
}

extension ImportedServer {
  fileprivate func value(hiding secrets: SecretTexts) -> Value {
    .set([
      "name": .text(name), "runtime": .text(runtime),
      "profile": .text(secrets.redacted(profile.text)),
      "instance": .text(secrets.redacted(instance.text)), "secrets": .texts(self.secrets),
      "keys": .list(fates.map(\.value)),
    ])
  }
}

extension ImportedCompanion {
  fileprivate func value(hiding secrets: SecretTexts) -> Value {
    .set([
      "name": .text(name), "kind": .text(kind), "for": .texts(uses),
      "section": .text(secrets.redacted(text.text)), "secrets": .texts(self.secrets),
      "keys": .list(fates.map(\.value)),
    ])
  }
}

extension Fate {
  fileprivate var value: Value {
    .set([
      "key": .text(key.value), "line": .integer(key.range.start.line),
      "fate": .text(kind.rawValue), "reason": .text(reason),
    ])
  }
}

extension Fate.Kind {
  /// The kind as reports name it.
  fileprivate var word: String {
    switch self {
    case .carried: "carried"
    case .changed: "changed"
    case .dropped: "dropped"
    case .unknown: "not understood"
    }
  }
}

extension ImportedWorkspace.Change {
  /// The change in the format of `diff -u`, in which names of secrets can be read.
  package var diff: Shown {
    func starred(_ text: String) -> String {
      let source = SourceFile(path: path, text: text)
      return String(decoding: source.starred(SecretScan(source).places).bytes, as: UTF8.self)
    }
    return Shown(made: UnifiedDiff.text(from: old.map(starred), to: starred(new), path: path))
  }
}
