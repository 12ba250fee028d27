import Foundation
import TestSupport
import Testing

/// The keys that amm writes are ones that the Podman release has.
///
/// Lists from pkg/systemd/quadlet/quadlet.go of containers/podman at v4.9.0 and v5.4.0, where each
/// was also tried with the generator of that release.
struct KeyListTests {
  private static let container49: Set = [
    "AddCapability", "AddDevice", "Annotation", "AutoUpdate", "ContainerName",
    "ContainersConfModule", "DNS", "DNSOption", "DNSSearch", "DropCapability", "Environment",
    "EnvironmentFile", "EnvironmentHost", "Exec", "ExposeHostPort", "GIDMap", "GlobalArgs",
    "Group", "HealthCmd", "HealthInterval", "HealthOnFailure", "HealthRetries",
    "HealthStartPeriod", "HealthStartupCmd", "HealthStartupInterval", "HealthStartupRetries",
    "HealthStartupSuccess", "HealthStartupTimeout", "HealthTimeout", "HostName", "IP", "IP6",
    "Image", "Label", "LogDriver", "Mask", "Mount", "Network", "NoNewPrivileges", "Notify",
    "PidsLimit", "PodmanArgs", "PublishPort", "Pull", "ReadOnly", "ReadOnlyTmpfs", "Rootfs",
    "RunInit", "SeccompProfile", "Secret", "SecurityLabelDisable", "SecurityLabelFileType",
    "SecurityLabelLevel", "SecurityLabelNested", "SecurityLabelType", "ShmSize", "SubGIDMap",
    "SubUIDMap", "Sysctl", "Timezone", "Tmpfs", "UIDMap", "Ulimit", "Unmask", "User", "UserNS",
    "Volume", "WorkingDir",
  ]

  private static let container54 = container49.union([
    "AddHost", "CgroupsMode", "Entrypoint", "GroupAdd", "HealthLogDestination",
    "HealthMaxLogCount", "HealthMaxLogSize", "LogOpt", "NetworkAlias", "Pod", "ServiceName",
    "StartWithPod", "StopSignal", "StopTimeout",
  ])

  @Test(arguments: [
    ("4.9", container49), ("5.4", container54), ("5.5", container54.union(["Memory"])),
  ])
  func `every key is in the release's list`(podman: String, known: Set<String>) throws {
    let folder = try LibraryTests.workspace(podman: podman)
    var used: Set<String> = []
    let quadlets = folder.file("generated/quadlet")
    for name in try FileManager.default.contentsOfDirectory(atPath: quadlets.path) {
      var section = ""
      for line in try folder.read("generated/quadlet/" + name).split(separator: "\n") {
        if line.hasPrefix("[") { section = String(line) }
        guard let key = line.split(separator: "=").first.map(String.init), !line.hasPrefix("#"),
          line.contains("=")
        else { continue }
        switch section {
        case "[Container]": used.insert(key)
        case "[Network]": #expect(key == "NetworkName")
        case "[Volume]": #expect(["VolumeName", "Label"].contains(key))
        default: continue
        }
      }
    }
    #expect(used.count > 15)
    #expect(used.subtracting(known).isEmpty)
    // What a release has a key for is written with it.
    #expect(used.contains("Memory") == (podman == "5.5"))
    #expect(used.contains("StopTimeout") == (podman != "4.9"))
  }
}
