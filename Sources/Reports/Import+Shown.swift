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
      for fate in server.fates where fate.kind != .carried {
        let line = fate.key.range.start.line
        let word =
          switch fate.kind {
          case .changed, .carried: style.good("\(fate.kind.word)")
          case .dropped: style.faint("\(fate.kind.word)")
          case .unknown: style.warning("\(fate.kind.word)")
          }
        out += "  " + word + "  \(fate.key.value) (line \(line)): \(fate.reason)\n"
      }
      for secret in server.secrets {
        out += "  " + style.warning("secret") + "  create it: podman secret create \(secret) FILE\n"
      }
    }
    for other in others {
      out += style.faint("left out") + "  \(other.key.value): \(other.reason)\n"
      guard !other.others.isEmpty else { continue }
      let more = other.others.count - Self.limit
      let keys =
        other.others.prefix(Self.limit) + (more > 0 ? [Phrase.count(more, "other")] : [])
      out += style.faint("with it") + "   \(Phrase.allOf(Array(keys)))\n"
    }
    return out + "\(sum)\n"
  }

  /// The most keys of a program that are listed.
  private static let limit = 20

  /// The number of keys by what became of them.
  private var sum: String {
    let all = servers.flatMap(\.fates)
    let parts = Fate.Kind.allCases.map { kind in
      "\(all.count { $0.kind == kind }) \(kind.word)"
    }
    return "\(Phrase.count(servers.count, "server")): \(Phrase.allOf(parts))"
  }

  /// Whether something of the source is lost.
  package var isLossy: Bool {
    !others.isEmpty
      || servers.contains { server in
        server.fates.contains { [.dropped, .unknown].contains($0.kind) }
      }
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
            "secrets": .texts(server.secrets),
            "keys": .list(
              server.fates.map { fate in
                .set([
                  "key": .text(fate.key.value), "line": .integer(fate.key.range.start.line),
                  "fate": .text(fate.kind.rawValue), "reason": .text(fate.reason),
                ])
              }),
          ])
        }),
      "left_out": .texts(others.map(\.key.value)),
      "left_out_keys": .list(
        others.map { other in
          .set([
            "program": .text(other.key.value), "reason": .text(other.reason),
            "keys": .texts(other.others),
          ])
        }),
      "changes": .texts(changes),
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
  /// The change in the format of `diff -u`.
  package var diff: Shown {
    Shown(difference: UnifiedDiff.text(from: old, to: new, path: path))
  }
}
