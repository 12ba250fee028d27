import Deployments
import Diagnostics
import Host
import Workspaces

/// A summary of the machine and its findings, for people who help from afar: nothing in it tells who the
/// user is or what is served.
package struct DoctorReport {
  private let examinations: Examinations
  private let findings: [Finding]

  /// The report of what was found.
  package init(_ examinations: Examinations, _ findings: [Finding]) {
    self.examinations = examinations
    self.findings = findings
  }

  /// The report that people paste: no path, name or address of theirs.
  package var text: String {
    // Where the workspace is concerns nobody else.
    let told = findings.filter { $0.subject != "workspace" || $0.state == .error }
    let states = told.map { finding in
      "\(finding.state.rawValue): \(finding.subject): \(finding.message)"
    }
    return (facts + [""] + states).map(redacted).joined(separator: "\n") + "\n"
  }

  private var facts: [String] {
    let machine = examinations.machine
    let kernel = machine.text("/proc/sys/kernel/osrelease")?.split(separator: "\n").first
    let memory = machine.text("/proc/meminfo")?.split(separator: "\n")
      .first { $0.hasPrefix("MemTotal:") }?.split(separator: " ").dropFirst().first
      .flatMap { Int($0) }.map { "\($0 >> 20) GiB of memory" }
    let parts = [kernel.map { "Linux \($0)" }, memory].compactMap { $0 }
    return [
      "amm \(Release.version), \(examinations.distribution.name)",
      parts.joined(separator: ", "),
      machine.firstLine(of: ["systemctl", "--version"]) ?? "no systemd",
    ] + graphics + servers
  }

  /// The driver's version, which tells most of what goes wrong with NVIDIA's GPUs.
  private var graphics: [String] {
    let version = examinations.machine.text("/proc/driver/nvidia/version")
    return version?.split(separator: "\n").first.map { [String($0)] } ?? []
  }

  private var servers: [String] {
    guard let servers = examinations.servers else { return ["no workspace"] }
    let instances = servers.deployment.workloads
    let runtimes = Set(instances.map(\.provenance.runtime)).sorted().map { runtime in
      "\(instances.count { $0.provenance.runtime == runtime }) of \(runtime)"
    }
    let images = Set(instances.map(\.server.image.text)).sorted()
    let devices = Set(instances.flatMap(\.server.accelerators).map(\.text)).sorted()
    return [
      "\(Phrase.count(instances.count, "instance")): "
        + (runtimes.isEmpty ? "none served" : Phrase.allOf(runtimes)),
      "GPUs used: \(devices.isEmpty ? "none" : Phrase.allOf(devices))",
    ] + images.map { "image: \($0)" }
  }

  /// A line without the user's name and folder, and without the names of what is served.
  private func redacted(_ line: String) -> String {
    var line = line
    if let home = (try? examinations.machine.folders.home) ?? nil, home.utf8.count > 1 {
      line = line.replacing(home, with: "~")
    }
    for (index, instance) in (examinations.servers?.deployment.workloads ?? []).enumerated() {
      line = line.replacingWord(instance.name.text, with: "instance-\(index + 1)")
    }
    if let user = examinations.machine.userName {
      line = line.replacingWord(user, with: "USER")
    }
    return line.withoutFolders
  }
}

extension String {
  /// With a word replaced where it stands alone.
  fileprivate func replacingWord(_ word: String, with other: String) -> String {
    var out = ""
    var rest = self[...]
    while let range = rest.firstRange(of: word) {
      let isAlone =
        !(rest[..<range.lowerBound].last ?? out.last ?? " ").isPartOfName
        && !(rest[range.upperBound...].first ?? " ").isPartOfName
      out += rest[..<range.lowerBound] + (isAlone ? other : word)
      rest = rest[range.upperBound...]
    }
    return out + rest
  }

  /// With the paths of the user's own files cut after the folder that is everybody's.
  fileprivate var withoutFolders: String {
    split(separator: "'", omittingEmptySubsequences: false).map { part in
      part.hasPrefix("~/") && !part.hasPrefix("~/.") ? "~/..." : String(part)
    }.joined(separator: "'")
  }
}

extension Character {
  /// Whether it may stand in the name of an instance or of a user.
  fileprivate var isPartOfName: Bool { isLetter || isNumber || self == "-" || self == "_" }
}
