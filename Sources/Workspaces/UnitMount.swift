import Deployments
import Schema
import Targets
import Text

/// A value of `Mount=`, in the format of Podman's `--mount`: `type=bind,source=/a,destination=/b`.
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

  /// The source, or empty if there is none.
  private var source: Substring { value(["source", "src"]) ?? "" }

  /// The path in the container, or empty if there is none.
  var target: Substring { value(["destination", "dst", "target"]) ?? "" }

  /// The problem with the value, or nil if there is none.
  ///
  /// Podman's generator drops a unit if a mount has no source or if the source is a quadlet file
  /// that does not exist (Podman 5.8, pkg/systemd/quadlet/quadlet.go). Podman does not start a
  /// container with a mount without a destination.
  var problem: Refusal? {
    let isOfMemory = ["tmpfs", "ramfs", "devpts"].contains(kind)
    let isFile = [".volume", ".image"].contains { source.hasSuffix($0) }
    let missing: String
    if target.isEmpty, kind != "glob" {
      missing = "destination"
    } else if (source.isEmpty && !isOfMemory) || isFile {
      missing = "valid source"
    } else {
      return nil
    }
    return Refusal(
      "has a 'Mount' without a \(missing)",
      help: "write 'type=bind,source=/srv/data,destination=/data'")
  }
}

extension UnitAdditions.Entry {
  /// The paths in the container that the entry mounts something at.
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
