import Diagnostics
import Foundation
import Host
import Operations
import Synchronization
import TestSupport
import Testing
import Workspaces

/// How clusters are compared with the files, if `kubectl` hangs.
struct ClusterDifferenceTests {
  @Test func `one that hangs is ended, and the next one is asked`() throws {
    let scripted = try ScriptedMachine()
    scripted.update { $0.programs.insert("kubectl") }
    try scripted.home.write(
      """
      version: 1
      targets: {east: {kind: kubernetes}, west: {kind: kubernetes, namespace: ai}}
      instances:
        a: {port: 8000, gpus: 1, target: east}
        b: {port: 8001, gpus: 1, target: west}

      """, to: "w/instances.yaml")
    for name in ["a", "b"] {
      try scripted.home.write(
        "name: \(name)\nsource: {type: huggingface, model_id: a/b}\ncontainer: {runtime: vllm}\n",
        to: "w/profiles/x/\(name).yaml")
      try scripted.home.link("w/active/\(name).yaml", to: "../profiles/x/\(name).yaml")
    }
    let asked = Mutex<[Double]>([])
    var machine = scripted.machine
    machine.performWithin = { seconds, words, line in
      asked.withLock { $0.append(seconds) }
      guard words.contains("--namespace=ai") else {
        return Subprocess.Result(status: 137, output: "", overrun: .time)
      }
      line(.output, Array("-old".utf8))
      return Subprocess.Result(status: 1, output: "")
    }
    let folder = try WorkspaceFolder.find(scripted.home.file("w").path, on: machine)
    let outcome = try WorkspaceLoader(folder).load()
    let workspace = try #require(outcome.value, "\(outcome.diagnostics.map(\.message))")
    let failed = { () -> OperationError? in
      do {
        _ = try Cluster.showDifferences(of: workspace, in: folder)
        return nil
      } catch { return error as? OperationError }
    }
    #expect(failed()?.message.contains("is not up to date") == true)
    #expect(asked.withLock { $0 }.isEmpty)
    try OutputFolder(of: folder).write(workspace)
    let failure = failed()
    #expect(failure?.kind == .refused)
    #expect(failure?.message.contains("'east' within 60 seconds, so amm ended it") == true)
    #expect(asked.withLock { $0 } == [60.5, 60.5])
    let lines = scripted.told.compactMap { event in
      if case .programLine(let text, _) = event { text } else { nil }
    }
    #expect(lines == ["# west: what 'kubectl apply' would change", "-old"])
  }
}
