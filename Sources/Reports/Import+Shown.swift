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
    }
    return out + "\(sum)\n"
  }

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
}

extension ImportedWorkspace {
  /// The import for programs.
  package var value: Value {
    let linked = links.map { "active/\($0.instance).yaml" }
    return .document([
      "kind": .text(imported.kind.rawValue),
      "servers": .list(imported.servers.map { $0.value(hiding: imported.secrets) }),
      "left_out": .texts(imported.others.map(\.key.value)),
      "changes": .texts(changes.map(\.path) + linked),
      "kept": .texts(kept.map(\.path) + otherLinks.map(\.path)),
    ])
  }

  /// The instances that are added, in one line.
  package var sum: Shown {
    let shown = added.prefix(8).map { "'\($0)'" }
    let others = added.count - shown.count
    let names = shown + (others > 0 ? [Phrase.count(others, "other")] : [])
    return "added \(Phrase.count(added.count, "instance")): \(Phrase.allOf(names))"
  }
}

extension ImportedServer {
  fileprivate func value(hiding secrets: SecretTexts) -> Value {
    .set([
      "name": .text(name), "runtime": .text(runtime),
      "profile": .text(secrets.redacted(profile.text)),
      "instance": .text(secrets.redacted(instance.text)), "secrets": .texts(self.secrets),
      "keys": .list(
        fates.map { fate in
          .set([
            "key": .text(fate.key.value), "line": .integer(fate.key.range.start.line),
            "fate": .text(fate.kind.rawValue), "reason": .text(fate.reason),
          ])
        }),
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
