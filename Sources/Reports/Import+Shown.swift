import Diagnostics
package import Imports
package import Operations
import Schema
package import Values

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

  /// The import for programs.
  ///
  /// - Parameter changes: The paths of the files that it changes.
  package func value(changing changes: [String]) -> Value {
    .document([
      "kind": .text(kind.rawValue),
      "servers": .list(
        servers.map { server in
          .set([
            "name": .text(server.name), "runtime": .text(server.runtime),
            "profile": .text(server.profile.text), "instance": .text(server.instance.text),
            "secrets": .texts(server.secrets), "keys": Self.value(of: server.fates),
          ])
        }),
      "companions": .list(
        companions.map { companion in
          .set([
            "name": .text(companion.name), "kind": .text(companion.kind),
            "for": .texts(companion.uses), "section": .text(companion.text.text),
            "secrets": .texts(companion.secrets), "keys": Self.value(of: companion.fates),
          ])
        }),
      "left_out": .texts(others.map(\.key.value)),
      "changes": .texts(changes),
    ])
  }

  private static func value(of fates: [Fate]) -> Value {
    .list(
      fates.map { fate in
        .set([
          "key": .text(fate.key.value), "line": .integer(fate.key.range.start.line),
          "fate": .text(fate.kind.rawValue), "reason": .text(fate.reason),
        ])
      })
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
  /// The change in the format of `diff -u`.
  package var diff: Shown {
    Shown(difference: UnifiedDiff.text(from: old, to: new, path: path))
  }
}
