import Deployments
import Diagnostics
import Schema
import Testing
import Values
import Workspaces

/// What an instance's GPUs mean for its image, its devices and its variables.
struct InstanceGPUTests {
  @Test func `the image and the devices are those of the GPU's maker`() throws {
    func server(_ gpus: Value) throws -> Container {
      let document = InstanceKeyTests.base.setting(["defaults", "gpus"], to: gpus)
      return try #require(try InstanceKeyTests.deployment(document).workloads.first).server
    }
    #expect(try server(["amd"]).image.tag?.hasSuffix("-rocm") == true)
    #expect(try server(["amd"]).accelerators == [.amd(.all)])
    #expect(try server(["nvidia"]).image.tag?.contains("rocm") == false)
    #expect(try server(["nvidia.com/gpu=1"]).accelerators == [.nvidia(.one("1"))])
  }

  /// backends/candle/src/compute_cap.rs of TEI 1.9.3: an image runs on the cards that it was compiled for.
  @Test(
    arguments: [
      ([("T4", nil)], "turing-1.9.3"), ([("A30", nil)], "1.9.3"), ([("RTX 3090", nil)], "86-1.9.3"),
      ([("L4", nil)], "89-1.9.3"), ([("H100", nil)], "hopper-1.9.3"),
      ([("B200", nil)], "100-1.9.3"),
      ([("RTX 5090", nil)], "120-1.9.3"), ([("a card", "8.6")], "86-1.9.3"),
      ([("RTX 3090", nil), ("RTX 4090", nil)], "86-1.9.3"),
      ([("T4", nil), ("RTX 3090", nil)], "cuda-1.9.3"),
      ([("A30", nil), ("H100", nil)], "cuda-1.9.3"), ([("a card", nil)], "cuda-1.9.3"),
      ([("a card", nil), ("L4", nil)], "cuda-1.9.3"), ([], "cuda-1.9.3"),
    ] as [([(String, String?)], String)])
  func `TEI's image is that of the cards`(cards: [(String, String?)], tag: String) throws {
    let all = cards.enumerated().map { index, card in
      Value.set(
        [
          .init("device", .text("nvidia.com/gpu=\(index)")), .init("memory", "24GB"),
          .init("name", .text(card.0)),
        ] + (card.1.map { [.init("compute", .text($0))] } ?? []))
    }
    var document = InstanceKeyTests.base.setting(["defaults", "gpus"], to: ["nvidia"])
    if !all.isEmpty { document = document.setting(["host", "gpus"], to: .list(all)) }
    let workspace = try #require(try InstanceKeyTests.read(document, by: "tei").value)
    let server = try #require(workspace.deployment.workloads.first).server
    #expect(server.image.text == "ghcr.io/huggingface/text-embeddings-inference:\(tag)")
  }

  /// oneCCL opens the folder where it has several cards; Podman's `AddDevice` takes no links.
  @Test(
    arguments: [
      ("vllm", ["intel"], true), ("vllm", ["intel=0", "intel=1"], true),
      ("vllm", ["intel=0"], false),
      ("llama-cpp", ["intel"], false), ("vllm", ["amd"], false),
    ] as [(String, [String], Bool)])
  func `several Intel GPUs are told apart by the links to them`(
    runtime: String, gpus: [String], isMounted: Bool
  ) throws {
    let document = InstanceKeyTests.base.setting(["defaults", "gpus"], to: .texts(gpus))
      .setting(["defaults", "selinux"], to: "shared")
    let workspace = try #require(try InstanceKeyTests.read(document, by: runtime).value)
    let mounts = try #require(workspace.deployment.workloads.first).server.mounts
    let links = mounts.filter { $0.target.text == "/dev/dri/by-path" }
    #expect(links.map(\.source.text) == (isMounted ? ["/dev/dri/by-path"] : []))
    // A label on device files would be the end of the desktop's own access.
    #expect(links.allSatisfy { $0.options == [.readOnly] })
  }

  /// All device files are seen in the container, and a variable takes one by its place among them.
  @Test(arguments: [
    ("llama-cpp", "amd=1", "ROCR_VISIBLE_DEVICES"), ("llama-cpp", "intel=1", "ZE_AFFINITY_MASK"),
    ("llama-cpp", "vulkan=1", "GGML_VK_VISIBLE_DEVICES"),
    ("ollama", "amd=1", "ROCR_VISIBLE_DEVICES"), ("ollama", "intel=1", "GGML_VK_VISIBLE_DEVICES"),
  ])
  func `a GPU is taken by the variable that its server reads`(
    runtime: String, gpu: String, variable: String
  ) throws {
    let choosing = ["ROCR_VISIBLE_DEVICES", "ZE_AFFINITY_MASK", "GGML_VK_VISIBLE_DEVICES"]
    let file = gpu.replacing("=1", with: "=renderD129")
    for (named, wanted) in [(gpu, ["\(variable)=1"]), (file, [])] {
      let document = InstanceKeyTests.base.setting(["defaults", "gpus"], to: [.text(named)])
      let workspace = try #require(try InstanceKeyTests.read(document, by: runtime).value)
      let server = try #require(workspace.deployment.workloads.first).server
      let set = server.environment.filter { choosing.contains($0.name.text) }
      #expect(set.map { "\($0.name.text)=\($0.value)" } == wanted)
    }
  }

  /// The task that makes an Ollama model reads what its server may read, and writes what it must.
  @Test(arguments: [["nvidia"], ["amd"], []] as [[String]])
  func `a task may do what its server may`(gpus: [String]) throws {
    let document = InstanceKeyTests.base.setting(["defaults", "gpus"], to: .texts(gpus))
      .setting(["defaults", "read_only"], to: true)
    let workspace = try #require(try InstanceKeyTests.read(document, by: "ollama").value)
    let workload = try #require(workspace.deployment.workloads.first)
    let task = try #require(workload.preparation.first)
    #expect(task.security.labels == workload.server.security.labels)
    #expect(task.security.groups == workload.server.security.groups)
    #expect(workload.server.security.isReadOnly && !task.security.isReadOnly)
  }
}
