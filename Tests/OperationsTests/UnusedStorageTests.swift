import Diagnostics
import Foundation
import Operations
import TestSupport
import Testing

/// What 'amm clean' takes for unused, and what it leaves alone.
struct UnusedStorageTests {
  private let scripted: ScriptedMachine
  private let folder: WorkspaceFolder

  init() throws {
    scripted = try ScriptedMachine()
    folder = try scripted.workspace(["srv": 8080])
    // The server downloads, so that it has a volume.
    try scripted.home.write(
      """
      name: srv-one
      source: {type: huggingface, model_id: org/served-GGUF}
      container: {runtime: llama-cpp}

      """, to: "w/profiles/lab/srv-one.yaml")
    let root = scripted.home.file("volumes").path
    for path in [
      "huggingface/hub/models--org--served-GGUF/x", "huggingface/hub/models--org--old/x",
      "huggingface/hub/models--org--of-a-unit/x", "huggingface/hub/version.txt",
    ] {
      try scripted.home.write("", to: "volumes/" + path)
    }
    try scripted.home.write(
      "[Container]\nImage=docker.io/vllm/vllm-openai:v0.20.0\nExec=org/of-a-unit\nVolume=kept.volume:/x\n",
      to: ".config/containers/systemd/mine/other.container")
    func volume(_ name: String, labelled: Bool = true) -> String {
      let labels = labelled ? #"{"ai-models.store": "true"}"# : "{}"
      return #"{"Name": "\#(name)", "Mountpoint": "\#(root)/\#(name)", "Labels": \#(labels)}"#
    }
    scripted.update { state in
      state.answers = [
        "podman volume ls": """
        [\(volume("huggingface")), \(volume("gone")), \(volume("kept")), \(volume("mounted")),
         \(volume("database", labelled: false)), \(volume("vllm-compiled-v0-29-0", labelled: false))]
        """,
        "podman image ls": """
        [{"Id": "1", "Names": ["docker.io/vllm/vllm-openai:v0.19.0"], "Size": 8000},
         {"Id": "2", "Names": ["docker.io/vllm/vllm-openai:v0.20.0"], "Size": 8000},
         {"Id": "3", "Names": ["docker.io/library/postgres:16"], "Size": 400},
         {"Id": "4", "Names": ["ghcr.io/ggml-org/llama.cpp:server-b11347"], "Size": 100},
         {"Id": "5", "Names": ["docker.io/ollama/ollama:0.30.0"], "Size": 900}]
        """,
        "podman container ls": #"[{"Mounts": ["mounted"], "ImageID": "5"}]"#,
        "podman unshare du": "7\t\(root)/gone\n9\t\(root)/huggingface/hub/models--org--old\n",
      ]
    }
  }

  private func unused(areAll: Bool = true) throws -> UnusedStorage {
    let loader = try WorkspaceLoader(folder)
    let outcome = try loader.load()
    let workspace = try #require(outcome.value, "\(outcome.diagnostics.map(\.message))")
    let profiles = loader.files.compactMap { $0.read().value }
    return try #require(
      UnusedStorage(beside: workspace, profiles, areAll: areAll, on: scripted.machine))
  }

  @Test func `what nothing names is unused, and everything else is kept`() throws {
    let items = try unused().items
    #expect(
      items.map { "\($0.kind.rawValue) \($0.name)" } == [
        "volume gone", "volume vllm-compiled-v0-29-0", "image docker.io/vllm/vllm-openai:v0.19.0",
        "model org/old",
      ])
    #expect(items.map(\.size) == [7, nil, 8000, 9])
  }

  /// The model of a profile that cannot be read would count as unused.
  @Test func `models are left alone where a profile is not known`() throws {
    #expect(try !unused(areAll: false).items.contains { $0.kind == .model })
  }

  @Test func `only what is asked for is removed`() throws {
    let items = try unused()
    #expect(scripted.read(\.performed).isEmpty)
    #expect(try items.remove([.volume, .model], on: scripted.machine).isEmpty)
    let place = scripted.home.file("volumes/huggingface/hub/models--org--old").path
    #expect(
      scripted.read(\.performed) == [
        ["podman", "volume", "rm", "gone"], ["podman", "volume", "rm", "vllm-compiled-v0-29-0"],
        ["podman", "unshare", "rm", "-rf", "--", place],
      ])
  }

  @Test func `what Podman does not remove is told`() throws {
    let items = try unused()
    scripted.update { $0.pullStatus = 1 }
    #expect(try items.remove([.image], on: scripted.machine).map(\.item.kind) == [.image])
  }
}
