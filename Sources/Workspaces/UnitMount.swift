import Deployments
import Schema
import Targets
import Text

/// A value of `Mount=`, as Podman's `--mount` takes it: `type=bind,source=/a,destination=/b`.
struct UnitMount {
  private let fields: [Substring: Substring]

  init(_ text: String) {
    var fields: [Substring: Substring] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      fields[pair[0]] = pair.count > 1 ? pair[1] : ""
    }
    self.fields = fields
  }

  private func value(_ names: [Substring]) -> Substring? {
    names.lazy.compactMap { fields[$0] }.first
  }

  private var kind: Substring { fields["type"] ?? "volume" }

  /// Empty where it has none.
  private var source: Substring { value(["source", "src"]) ?? "" }

  /// Where it appears in the container; empty where it does not say.
  var target: Substring { value(["destination", "dst", "target"]) ?? "" }

  /// What is wrong with it.
  ///
  /// Podman's generator drops a unit whose mount has no source, or one of Podman's own files that is not
  /// there (Podman 5.8, pkg/systemd/quadlet/quadlet.go); Podman starts none without a destination.
  var problem: Refusal? {
    let isOfMemory = ["tmpfs", "ramfs", "devpts"].contains(kind)
    let isFile = [".volume", ".image"].contains { source.hasSuffix($0) }
    let missing: String
    if target.isEmpty, kind != "glob" {
      missing = "destination"
    } else if (source.isEmpty && !isOfMemory) || isFile {
      missing = "source that is there"
    } else {
      return nil
    }
    return Refusal(
      "has a value of 'Mount' without a \(missing)",
      help: "write 'type=bind,source=/srv/data,destination=/data'")
  }
}

extension UnitAdditions.Entry {
  /// The places in the container that it mounts something at.
  var mountTargets: [ContainerPath] {
    guard section == .container else { return [] }
    switch key {
    case "Mount": return values.compactMap { ContainerPath(String(UnitMount($0.text).target)) }
    // `PATH[:OPTIONS]`.
    case "Tmpfs":
      return values.compactMap { value in
        ContainerPath(String(value.text.prefix { $0 != ":" }))
      }
    default: return []
    }
  }
}
