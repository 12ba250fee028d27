import Foundation
import Host
import TestSupport
import Testing

@testable import Operations

/// Workspaces for machines that are not there: `amm init` finds what each has, and nothing is left to edit.
struct SurveyTests {
  private let root: TemporaryFolder

  init() throws {
    root = try TemporaryFolder()
    try root.write("MemTotal:       65786904 kB\nMemFree: 1 kB\n", to: "proc/meminfo")
    try root.write(
      (0..<16).map { "processor\t: \($0)\nmodel name\t: x\n\n" }.joined(), to: "proc/cpuinfo")
  }

  private static let query =
    "nvidia-smi --query-gpu=index,memory.total,uuid,driver_version,name --format=csv,noheader,nounits"

  private static func card(_ index: Int, _ memory: Int, _ name: String) -> String {
    "\(index), \(memory), GPU-2f68f999-7b41-e64a-3709-0c8c4fa7560\(index), 580.65.06, \(name)\n"
  }

  /// A workspace for the machine, what its file says, and what amm says of it.
  private func made(_ answers: [String: String] = [:]) throws -> (text: String, serves: String) {
    var machine = Machine(tell: { _ in }) { _ in nil }
    machine.root = root.url.path
    machine.answer = { query in
      answers[query.words.joined(separator: " ")].map { Subprocess.Result(status: 0, output: $0) }
    }
    machine.find = { _, _ in nil }
    machine.variable = { name in
      name == "AMM_LIBRARY" ? Repository.file("profiles").path : nil
    }
    let folder = root.file("w-\(UUID().uuidString)")
    let workspace = try NewWorkspace.create(at: folder.path, on: machine)
    let checked = try Program.amm("validate", "--strict", "--workspace", folder.path)
    #expect(checked.status == 0, "\(checked.errors)")
    let generated = try Program.amm("generate", "--workspace", folder.path)
    #expect(generated.status == 0, "\(generated.errors)")
    let instance = try #require(workspace.instances.first)
    #expect(workspace.instances.count == 1 && instance.name == "main")
    let text = try String(
      contentsOf: folder.appendingPathComponent("instances.yaml"), encoding: .utf8)
    return (text, instance.profile)
  }

  @Test func `a card of NVIDIA's serves the largest profile that fits it`() throws {
    let (text, serves) = try made([Self.query: Self.card(0, 24564, "NVIDIA GeForce RTX 3090")])
    #expect(serves == "chat/qwen3.6-35b-a3b")
    for line in [
      "  nvidia_driver: \"580.65.06\"", "    - device: nvidia.com/gpu=0", "      memory: 24564MB",
      "      name: \"NVIDIA GeForce RTX 3090\"",
      "      uuid: GPU-2f68f999-7b41-e64a-3709-0c8c4fa75600", "  ram: 64245MB", "  cpu_cores: 16",
      "  gpus: [nvidia.com/gpu=0]", "    port: 8080",
    ] {
      #expect(text.contains("\n" + line + "\n"), "\(line): \(text)")
    }
  }

  @Test func `of two cards the larger one serves`() throws {
    let cards = Self.card(0, 8192, "NVIDIA GeForce GTX 1080") + Self.card(1, 16384, "Tesla T4")
    let (text, _) = try made([Self.query: cards])
    #expect(text.contains("  gpus: [nvidia.com/gpu=1]   # the largest; 1 more in 'host'"))
    #expect(text.contains("    - device: nvidia.com/gpu=0\n"))
  }

  @Test func `a card that is too small leaves it to the processor`() throws {
    let (text, serves) = try made([Self.query: Self.card(0, 2048, "NVIDIA GeForce GTX 1050")])
    #expect(serves == "chat/gemma-4-e2b")
    #expect(text.contains("  gpus: []   # no profile fits the memory of the card"))
  }

  @Test func `a card of AMD's is found by its kernel's files`() throws {
    try root.write("0x1002\n", to: "sys/class/drm/renderD128/device/vendor")
    try root.write("17163091968\n", to: "sys/class/drm/renderD128/device/mem_info_vram_total")
    let (text, serves) = try made()
    #expect(text.contains("  gpus: [amd=renderD128]\n") && text.contains("      memory: 16368MB\n"))
    #expect(serves == "chat/gpt-oss-20b")
  }

  @Test func `a processor's own graphics is told, and not used`() throws {
    try root.write("0x8086\n", to: "sys/class/drm/renderD128/device/vendor")
    let (text, serves) = try made()
    #expect(text.contains("  gpus: []   # or [vulkan=renderD128]:"))
    #expect(serves == "chat/gemma-4-e2b")
  }

  @Test func `the port is free, the release is Podman's, and SELinux is told`() throws {
    try root.write(
      """
        sl  local_address rem_address   st tx_queue rx_queue
         0: 00000000:1F90 00000000:0000 0A 00000000:00000000
         1: 0100007F:1F91 0100007F:1234 01 00000000:00000000

      """, to: "proc/net/tcp")
    try root.write("1", to: "sys/fs/selinux/enforce")
    let (text, _) = try made(["podman version --format {{.Version}}": "5.6.2\n"])
    #expect(text.contains("    port: 8081          # the first free port from 8080 on\n"))
    #expect(text.contains("  podman: \"5.6\"   # from 'podman --version'\n"))
    #expect(text.contains("  # SELinux is on:"))
  }

  /// What a program prints is no YAML, whatever it prints.
  @Test(arguments: [
    "garbage", "0, x, y, z, n\n", "0, 99999999999999999999, GPU-1, 580.1, n\n",
    "0, 24564, GPU-1 evil: true, 580.65\"\\n x, A \"card\"\n", "-1, 24564, GPU-1, 580.65, n\n",
    "0, 24564, GPU-1, 580.65.06, A\u{1B}[2Jcard\n",
  ])
  func `a driver's answer cannot write the file`(output: String) throws {
    let (text, _) = try made([Self.query: output])
    #expect(!text.contains("evil") && !text.contains("\u{1B}") && !text.contains("\"card\""))
  }

  @Test func `a small machine is not promised memory that it lacks`() throws {
    try root.write("MemTotal:        4000000 kB\n", to: "proc/meminfo")
    try root.write("processor\t: 0\n", to: "proc/cpuinfo")
    let (text, _) = try made()
    #expect(!text.contains("  ram:") && !text.contains("  cpu_cores:"))
  }
}
