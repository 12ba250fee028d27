import Deployments
import Host
import Profiles
import Targets

/// The hardware for serving models, and related facts that are available without root.
struct MachineSurvey {
  /// A graphics card.
  struct GPU {
    /// The device as written in `gpus:`.
    let device: String
    /// The kind of processor, by its maker.
    let processor: Processor
    /// The memory in bytes.
    let memory: Int
    /// The maker's name for it; nil if unknown.
    var name: String?
    /// NVIDIA's UUID.
    var uuid: String?
  }

  /// NVIDIA and AMD cards, in the order of their drivers.
  let gpus: [GPU]
  /// The device files of graphics with unknown memory, such as integrated graphics: `renderD128`.
  let otherGraphics: [String]
  /// The version of NVIDIA's driver; nil if there is none.
  let nvidiaDriver: String?
  /// Main memory in bytes; nil if unknown.
  let memory: Int?
  /// The number of processor cores; nil if unknown.
  let cores: Int?
  /// Podman's version; nil if Podman is not available.
  let podman: PodmanVersion?
  /// Whether units would wait in vain for the machine's network when they start.
  let waitsInVain: Bool
  /// Whether SELinux is in enforcing mode.
  let isConfined: Bool
  /// The first free port from 8080 on.
  let freePort: Int

  /// Examines a machine.
  init(_ machine: Machine) {
    let (nvidia, driver) = Self.nvidia(machine)
    let (amd, others) = Self.kernelGraphics(machine)
    gpus = nvidia + amd
    otherGraphics = nvidia.isEmpty && amd.isEmpty ? others : []
    nvidiaDriver = driver
    memory = Self.memory(machine)
    cores = machine.text("/proc/cpuinfo").map { text in
      text.split(separator: "\n").count { $0.hasPrefix("processor") }
    }.flatMap { $0 > 0 ? $0 : nil }
    let podman = machine.podmanVersion
    self.podman = podman
    waitsInVain =
      podman.map { $0 >= PodmanVersion(5, 3) } ?? false && !machine.services.isOnline
    isConfined = machine.text("/sys/fs/selinux/enforce")?.first == "1"
    freePort = Self.freePort(machine)
  }

  /// Returns only the cards of a machine whose drivers report their memory.
  static func cards(of machine: Machine) -> [GPU] {
    nvidia(machine).gpus + kernelGraphics(machine).amd
  }

  /// Uses NVIDIA's own program, which numbers cards as CDI does.
  private static func nvidia(_ machine: Machine) -> (gpus: [GPU], driver: String?) {
    let query = [
      "nvidia-smi", "--query-gpu=index,memory.total,uuid,driver_version,name",
      "--format=csv,noheader,nounits",
    ]
    guard let result = machine.capture(query), result.isSuccess else { return ([], nil) }
    var driver: String?
    let gpus = result.output.split(separator: "\n").compactMap { line -> GPU? in
      let parts = line.split(separator: ",", maxSplits: 4).map {
        String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
      }
      guard parts.count == 5, let index = Int(parts[0]), (0..<100).contains(index),
        let mebibytes = Int(parts[1]), (1..<1 << 24).contains(mebibytes)
      else { return nil }
      driver = driver ?? parts[3]
      return GPU(
        device: "nvidia.com/gpu=\(index)", processor: .nvidia, memory: mebibytes << 20,
        name: plain(parts[4]), uuid: isUUID(parts[2]) ? parts[2] : nil)
    }
    return (gpus, gpus.isEmpty ? nil : driver.flatMap { isDriver($0) ? $0 : nil })
  }

  /// Returns whether a text is a driver version of digits and dots: `580.65.06`.
  private static func isDriver(_ text: String) -> Bool {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    return (2...3).contains(parts.count)
      && parts.allSatisfy {
        (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy { (0x30...0x39).contains($0) }
      }
  }

  private static func isUUID(_ text: String) -> Bool {
    text.hasPrefix("GPU-") && text.utf8.count <= 64
      && text.utf8.allSatisfy {
        ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || (0x30...0x39).contains($0) || $0 == 0x2D
      }
  }

  /// Returns a text that can be written in quotes; nil if it cannot.
  private static func plain(_ text: String) -> String? {
    let isPlain = text.unicodeScalars.allSatisfy {
      (0x20...0x7E).contains($0.value) && $0 != "\"" && $0 != "\\"
    }
    return isPlain && !text.isEmpty && text.utf8.count <= 100 ? text : nil
  }

  /// Reads the files of the kernel's drivers.
  ///
  /// The amdgpu driver reports the memory of a card.
  private static func kernelGraphics(_ machine: Machine) -> (amd: [GPU], others: [String]) {
    let nodes = machine.names(in: "/sys/class/drm").filter { $0.hasPrefix("renderD") }
    var amd: [GPU] = []
    var others: [String] = []
    for node in nodes {
      let folder = "/sys/class/drm/\(node)/device/"
      let vendor = machine.text(folder + "vendor")?.prefix(6)
      let bytes = machine.text(folder + "mem_info_vram_total").flatMap {
        Int($0.prefix { $0 != "\n" })
      }
      // Integrated graphics use a small share of main memory.
      if vendor == "0x1002", let bytes, bytes >= 4 << 30 {
        amd.append(GPU(device: "amd=\(node)", processor: .amd, memory: bytes))
      } else if vendor == "0x1002" || vendor == "0x8086" {
        others.append(node)
      }
    }
    return (amd, others)
  }

  private static func memory(_ machine: Machine) -> Int? {
    let line = machine.text("/proc/meminfo")?.split(separator: "\n").first {
      $0.hasPrefix("MemTotal:")
    }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }

  /// Reads the kernel's socket tables, in which the state `0A` means listening.
  private static func freePort(_ machine: Machine) -> Int {
    var taken: Set<Int> = []
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
      for line in (machine.text(table) ?? "").split(separator: "\n").dropFirst() {
        let words = line.split(separator: " ")
        guard words.count > 3, words[3] == "0A", let colon = words[1].lastIndex(of: ":"),
          let port = Int(words[1][words[1].index(after: colon)...], radix: 16)
        else { continue }
        taken.insert(port)
      }
    }
    return (8080...8179).first { !taken.contains($0) } ?? 8080
  }
}
