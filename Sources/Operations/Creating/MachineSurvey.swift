import Deployments
import Host
import Profiles
import Targets

/// What a machine has to serve models with, as far as it tells without root.
struct MachineSurvey {
  /// A graphics card.
  struct GPU {
    /// As `gpus:` names it.
    let device: String
    /// Its maker's kind.
    let processor: Processor
    /// Bytes.
    let memory: Int
    /// As its maker calls it; nil where nothing tells.
    var name: String?
    /// NVIDIA's UUID.
    var uuid: String?
  }

  /// NVIDIA's and AMD's, in the order in which their drivers count them.
  let gpus: [GPU]
  /// The files of graphics whose memory is not known, such as a processor's own: `renderD128`.
  let otherGraphics: [String]
  /// NVIDIA's driver; nil without.
  let nvidiaDriver: String?
  /// Bytes of main memory; nil where nothing tells.
  let memory: Int?
  /// Processor cores; nil where nothing tells.
  let cores: Int?
  /// Podman's release; nil where none answers.
  let podman: PodmanVersion?
  /// Whether SELinux refuses what its policy does not allow.
  let isConfined: Bool
  /// The first port from 8080 on that nothing listens on.
  let freePort: Int

  /// Looks at a machine.
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
    podman = machine.podmanVersion
    isConfined = machine.text("/sys/fs/selinux/enforce")?.first == "1"
    freePort = Self.freePort(machine)
  }

  /// The cards of a machine alone, whose drivers say how much memory they have.
  static func cards(of machine: Machine) -> [GPU] {
    nvidia(machine).gpus + kernelGraphics(machine).amd
  }

  /// By NVIDIA's own program, which numbers cards as CDI does.
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

  /// Digits and dots: `580.65.06`.
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

  /// A text that a file can hold in quotes; nil for any other.
  private static func plain(_ text: String) -> String? {
    let isPlain = text.unicodeScalars.allSatisfy {
      (0x20...0x7E).contains($0.value) && $0 != "\"" && $0 != "\\"
    }
    return isPlain && !text.isEmpty && text.utf8.count <= 100 ? text : nil
  }

  /// By the files of the kernel's drivers: those of amdgpu tell the memory of a card.
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
      // A processor's own graphics has a share of main memory, which is small.
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

  /// By the kernel's tables of sockets: state `0A` is listening.
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
