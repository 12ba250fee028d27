import Foundation
import Host
import TestSupport
import Testing

@testable import Operations

/// What `amm doctor` says of machines that are not this one: their files lie in a folder, and what their
/// programs answer is written down.
struct DoctorTests {
  private let root: TemporaryFolder

  init() throws {
    root = try TemporaryFolder()
    try root.write(
      "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n", to: "etc/os-release")
    try root.write("ann:100000:65536\n", to: "etc/subuid")
    try root.write("ann:100000:65536\n", to: "etc/subgid")
  }

  private func findings(_ answers: [String: String] = [:], has programs: Set<String> = [])
    -> [Finding]
  {
    var machine = Machine(tell: { _ in }) { _ in nil }
    machine.root = root.url.path
    machine.user = 4711
    machine.userName = "ann"
    machine.answer = { query in
      let isAsked = query.words.filter { $0 != "-o" && !$0.hasPrefix("Dir::Cache") }
      return answers[isAsked.joined(separator: " ")].map {
        Subprocess.Result(status: 0, output: $0)
      }
    }
    machine.find = { program, _ in programs.contains(program) ? "/usr/bin/\(program)" : nil }
    return Examinations(machine, nil).all
  }

  private func finding(
    _ subject: String, _ answers: [String: String] = [:], has programs: Set<String> = []
  ) throws -> Finding {
    try #require(findings(answers, has: programs).first { $0.subject == subject })
  }

  @Test func `a remedy that the system cannot give is not given`() throws {
    let policy = "podman:\n  Installed: (none)\n  Candidate: 4.3.1+ds1-8+deb12u1\n"
    let old = try finding("podman", ["apt-cache policy podman": policy], has: ["apt-get"])
    #expect(old.state == .error)
    #expect(
      old.fix?.hasPrefix("Debian GNU/Linux 12 (bookworm) only has podman 4.3; Debian 13") == true
    )
    #expect(old.fix?.contains("apt-get install") == false)

    let newer = policy.replacing("4.3.1+ds1-8+deb12u1", with: "5.4.2+ds1-2+b1")
    let new = try finding("podman", ["apt-cache policy podman": newer], has: ["apt-get"])
    #expect(new.fix == "sudo apt-get install podman")
    #expect(try finding("podman", has: ["dnf"]).fix == "sudo dnf install podman")
    #expect(try finding("podman").fix?.hasPrefix("install podman with your system's") == true)
  }

  @Test func `a card's memory is told as its driver says it`() throws {
    let query =
      "nvidia-smi --query-gpu=index,memory.total,uuid,driver_version,name --format=csv,noheader,nounits"
    let answer =
      "0, 24564, GPU-2f68f999-7b41-e64a-3709-0c8c4fa75600, 580.65.06, NVIDIA GeForce RTX 4090\n"
    let found = try finding("memory of nvidia.com/gpu=0", [query: answer])
    #expect(found.state == .ok)
    #expect(found.message == "NVIDIA GeForce RTX 4090, 24 GiB according to its driver")
    try root.write("0x1002\n", to: "sys/class/drm/renderD128/device/vendor")
    try root.write("17163091968\n", to: "sys/class/drm/renderD128/device/mem_info_vram_total")
    #expect(try finding("memory of amd=renderD128").message == "16 GiB according to its driver")
  }

  /// Each part of the machine in the state that servers need, and in the one that they do not run in.
  @Test func `what servers need of the machine is told, there and not there`() throws {
    #expect(try finding("linger").state == .warning)
    #expect(try finding("linger").fix == "loginctl enable-linger")
    try root.write("", to: "var/lib/systemd/linger/ann")
    #expect(try finding("linger").state == .ok)

    #expect(try finding("user namespaces").message == "newuidmap is missing")
    #expect(try finding("user namespaces", has: ["newuidmap"]).state == .ok)
    try root.write("bob:100000:65536\n", to: "etc/subgid")
    let ids = try finding("user namespaces", has: ["newuidmap"])
    #expect(ids.state == .error && ids.message.hasPrefix("/etc/subgid has no IDs for"))

    #expect(try finding("limits").state == .unseen)
    let slice = "sys/fs/cgroup/user.slice/user-4711.slice/user@4711.service/cgroup.controllers"
    try root.write("cpu io memory pids\n", to: slice)
    #expect(try finding("limits").state == .ok)
    try root.write("memory pids\n", to: slice)
    #expect(try finding("limits").state == .warning)
    #expect(try finding("limits").message == "cpu cannot be limited")

    let info =
      "podman info --format {{.Host.NetworkBackend}} {{.Host.Pasta.Executable}} "
      + "{{.Host.Slirp4NetNS.Executable}}"
    #expect(try finding("network").state == .unseen)
    #expect(try finding("network", [info: "netavark /usr/bin/pasta \n"]).state == .ok)
    #expect(try finding("network", [info: "netavark  \n"]).state == .error)

    #expect(try finding("quadlets").state == .error)
    #expect(try finding("quadlets", has: ["home-manager"]).state == .warning)
    try root.write("", to: "usr/lib/systemd/user-generators/podman-user-generator")
    #expect(try finding("quadlets").state == .ok)
  }

  @Test func `NVIDIA's toolkit comes from NVIDIA where the system has none`() throws {
    try root.write("", to: "dev/nvidiactl")
    let none = "nvidia-container-toolkit:\n  Installed: (none)\n  Candidate: (none)\n"
    let apt = try finding(
      "NVIDIA GPUs", ["apt-cache policy nvidia-container-toolkit": none], has: ["apt-get"])
    #expect(apt.message.contains("no CDI file describes them"))
    #expect(
      apt.fix?.hasPrefix("Debian GNU/Linux 12 (bookworm) has no package 'nvidia-container-toolkit'")
        == true)
    #expect(apt.fix?.contains("https://docs.nvidia.com/") == true)
    #expect(
      try finding("NVIDIA GPUs", has: ["dnf"]).fix?.contains("https://docs.nvidia.com/") == true)
    let ready = try finding("NVIDIA GPUs", has: ["nvidia-ctk"])
    #expect(ready.fix == "sudo nvidia-ctk cdi generate --output=/etc/cdi/nvidia.yaml")
  }

  @Test func `a CDI file of another driver is told by the libraries that are gone`() throws {
    try root.write("", to: "dev/nvidiactl")
    try root.write("", to: "dev/nvidia0")
    try root.write("", to: "usr/lib/libcuda.so.550.54")
    try root.write(
      """
      cdiVersion: 0.5.0
      kind: nvidia.com/gpu
      devices:
        - name: "0"
          containerEdits:
            deviceNodes: [{path: /dev/nvidia0}]
        - name: all
      containerEdits:
        mounts:
          - {hostPath: /usr/lib/libcuda.so.550.54, containerPath: /usr/lib/libcuda.so.550.54}
        hooks: []

      """, to: "etc/cdi/nvidia.yaml")
    #expect(try finding("NVIDIA GPUs").state == .ok)
    try FileManager.default.moveItem(
      at: root.file("usr/lib/libcuda.so.550.54"), to: root.file("usr/lib/libcuda.so.560.35"))
    let gone = try finding("NVIDIA GPUs")
    #expect(gone.state == .warning)
    #expect(
      gone.message.contains(
        "'/etc/cdi/nvidia.yaml' names '/usr/lib/libcuda.so.550.54', which does not exist"))
  }

  @Test func `a machine without a GPU is told so, and not that a file is missing`() throws {
    let finding = try finding("GPUs")
    #expect(finding.state == .ok && finding.message.contains("run on the CPU"))
  }

  /// Files here belong to the group of whoever runs the tests.
  @Test func `what may open an AMD GPU is the systemd that starts servers`() throws {
    try root.write("", to: "dev/kfd")
    try FileManager.default.setAttributes(
      [.posixPermissions: 0o660], ofItemAtPath: root.file("dev/kfd").path)
    let group = try #require(Files.group(of: root.file("dev/kfd").path))
    let unseen = try finding("AMD GPUs")
    #expect(unseen.state == .unseen)

    let scope = "sys/fs/cgroup/user.slice/user-4711.slice/user@4711.service/init.scope/cgroup.procs"
    try root.write("99\n", to: scope)
    try root.write(
      "Name:\tsystemd\nGid:\t77777\t77777\t77777\t77777\nGroups:\t77777 \n", to: "proc/99/status")
    try root.write("render:x:\(group):\n", to: "etc/group")
    let outside = try finding("AMD GPUs")
    #expect(outside.state == .warning)
    #expect(outside.message == "/dev/kfd belongs to the group 'render', but 'ann' is not in it")
    #expect(outside.fix?.hasPrefix("sudo usermod -aG render ann") == true)

    // The shell may have the group already; the systemd that lingers has not.
    try root.write("render:x:\(group):bob,ann\n", to: "etc/group")
    let late = try finding("AMD GPUs")
    #expect(late.message.contains("was started before that, and a new login does not restart it"))
    #expect(late.fix?.hasPrefix("loginctl terminate-user ann") == true)

    try root.write("Gid:\t77777\nGroups:\t77777 \(group) \n", to: "proc/99/status")
    #expect(try finding("AMD GPUs").state == .ok)
  }

  @Test func `the Podman that systemd starts is asked, not the first on the path`() throws {
    try root.write("", to: "usr/bin/podman")
    try root.write("", to: "usr/lib/systemd/user-generators/podman-user-generator")
    let generator = root.file("usr/lib/systemd/user-generators/podman-user-generator").path
    let answers = [
      "/usr/bin/podman version --format {{.Version}}": "4.3.1\n",
      "podman version --format {{.Version}}": "5.6.0\n", "\(generator) -version": "5.4.2\n",
    ]
    let podman = try finding("podman", answers, has: ["podman"])
    #expect(podman.state == .error)
    #expect(podman.message == "Podman is 4.3 (/usr/bin/podman); amm requires 4.9 or newer")
    let quadlets = try finding("quadlets", answers)
    #expect(
      quadlets.state == .ok && quadlets.message.hasSuffix("podman-user-generator, from Podman 5.4"))
  }

  @Test(arguments: [(39, Finding.State.warning), (40, .ok), (400, .ok)])
  func `forty gibibytes are room for a model`(gibibytes: Int, state: Finding.State) {
    #expect(Examinations.disk(free: gibibytes << 30, at: "/x").state == state)
  }

  @Test func `without a workspace, the machine is looked at`() throws {
    let home = ["HOME": root.url.path, "PATH": "/nonexistent"]
    let result = try Program.run(Program.amm, ["doctor"], environment: home)
    #expect(result.status == 3)
    #expect(result.output.contains("there is none in "))
    #expect(result.output.contains("amm init "))
    #expect(result.output.contains("Podman is not installed"))
    let named = try Program.run(
      Program.amm, ["doctor", "--workspace", root.file("none").path], environment: home)
    #expect(named.status == 1)
  }

  @Test func `a file of secrets must have their variables`() throws {
    try root.write(
      """
      version: 1
      instances:
        main: {port: 9001, gpus: [], api_key: {environment_file: ~/key.env}}

      """, to: "w/instances.yaml")
    try root.write(
      "name: a\nsource: {type: huggingface, model_id: a/b}\ncontainer: {runtime: vllm}\n",
      to: "w/profiles/x/a.yaml")
    try root.link("w/active/main.yaml", to: "../profiles/x/a.yaml")
    func doctor() throws -> String {
      try Program.run(
        Program.amm, ["doctor", "--workspace", root.file("w").path],
        environment: ["HOME": root.url.path, "PATH": "/nonexistent"]
      ).output
    }
    let file = root.file("key.env")
    let missing = try doctor()
    #expect(missing.contains("echo VLLM_API_KEY=$value > \(file.path)"), "\(missing)")
    try root.write("HF_TOKEN=abc\n", to: "key.env")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    let other = try doctor()
    #expect(other.contains("has no line 'VLLM_API_KEY=…'") && !other.contains("abc"), "\(other)")
    try root.write("VLLM_API_KEY=abc\n", to: "key.env")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
    #expect(try doctor().contains("only you can read"))
  }

  @Test func `a report for others names nobody and nothing of the user's`() throws {
    try root.write(
      """
      version: 1
      defaults: {gpus: [], token: {environment_file: ~/private/hf.env}}
      instances:
        secret-project: {port: 9001}

      """, to: "ann/w/instances.yaml")
    try root.write(
      """
      name: acme-merger
      source: {type: local, path: ~/deals/acme.gguf}
      container: {runtime: llama-cpp}

      """, to: "ann/w/profiles/x/acme.yaml")
    try root.link("ann/w/active/secret-project.yaml", to: "../profiles/x/acme.yaml")
    let result = try Program.run(
      Program.amm, ["doctor", "--report", "--workspace", root.file("ann/w").path],
      environment: ["HOME": root.file("ann").path, "USER": "ann", "PATH": "/nonexistent"])
    #expect(result.output.hasPrefix("amm \(Release.version), "), "\(result.errors)")
    #expect(result.output.contains("1 instance: 1 of llama-cpp"))
    #expect(result.output.contains("error: files: '~/...' does not exist"))
    #expect(result.output.contains("free for instance-1"))
    for word in ["ann", "secret-project", "acme", "deals", "private", root.url.path] {
      #expect(!result.output.contains(word), "\(word): \(result.output)")
    }
  }
}
