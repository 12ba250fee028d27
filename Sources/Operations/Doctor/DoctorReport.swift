import Deployments
import Diagnostics
import Host
import Workspaces

/// A summary of the machine and its findings to share with people who help.
///
/// It does not contain names of the user or of instances.
package struct DoctorReport {
  private let examinations: Examinations
  private let findings: [Finding]

  /// Creates a report of findings.
  package init(_ examinations: Examinations, _ findings: [Finding]) {
    self.examinations = examinations
    self.findings = findings
  }

  /// The report to share, without the user's name, private folders and names of instances.
  package var text: String {
    // The location of the workspace is private.
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

  /// The version of the driver, which explains most problems with NVIDIA GPUs.
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

  /// Returns a line without the user's name and folders, and without the names of instances.
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
  /// Returns the text with a word replaced, except within longer words.
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

  /// The text with quoted paths below `~` shortened to `~/...`, except those of hidden files.
  fileprivate var withoutFolders: String {
    split(separator: "'", omittingEmptySubsequences: false).map { part in
      part.hasPrefix("~/") && !part.hasPrefix("~/.") ? "~/..." : String(part)
    }.joined(separator: "'")
  }
}

extension Character {
  /// Whether the name of an instance or user can contain it.
  fileprivate var isPartOfName: Bool { isLetter || isNumber || self == "-" || self == "_" }
}
