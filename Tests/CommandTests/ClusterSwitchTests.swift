import Foundation
import TestSupport
import Testing
import Values

/// Switches that a command applies to a cluster or to another machine.
struct ClusterSwitchTests {
  private let machine: FakeMachine

  init() throws { machine = try FakeMachine(having: ["systemctl", "podman", "kubectl"]) }

  private func workspace(_ targets: String) throws {
    try machine.home.write(
      """
      version: 1
      targets: \(targets)
      apply: {method: command, command: [kubectl, apply, -k, generated/prod/kubernetes]}
      instances:
        chat: {port: 8000, target: prod, gpus: 1}

      """, to: "w/instances.yaml")
    for name in ["old", "new"] {
      try machine.home.write(
        "name: \(name)\nsource: {type: huggingface, model_id: a/\(name)}\ncontainer: {runtime: vllm}\n",
        to: "w/profiles/x/\(name).yaml")
    }
    try machine.home.link("w/active/chat.yaml", to: "../profiles/x/old.yaml")
    #expect(try machine.amm("generate").status == 0)
  }

  /// What the cluster says of the Deployment: its profile and whether its pods are of the newest version.
  private func answer(_ profile: String, ready: Int, observed: Int, hash: String = "") throws {
    try machine.put(
      "Deployment\tchat\t1\t\(ready)\tx/\(profile)\tchat\t\(hash)\t7\t\(observed)\t1\t1\n",
      at: "kubectl/get-deployments.apps")
  }

  private func link() throws -> String {
    try FileManager.default.destinationOfSymbolicLink(
      atPath: machine.home.file("w/active/chat.yaml").path)
  }

  @Test func `amm waits for the pods of the new version`() throws {
    try workspace("{prod: {kind: kubernetes}}")
    try answer("new", ready: 1, observed: 7)
    let done = try machine.amm("switch", "chat", "x/new", "--wait=20", "--trust")
    #expect(done.status == 0, "\(done.errors)")
    #expect(done.output.contains("'deployment/chat' of 'prod' is ready after "), "\(done.output)")
    #expect(done.output.contains("has x/new, 1 of 1 pod ready"), "\(done.output)")
    #expect(try machine.calls().contains("kubectl apply -k generated/prod/kubernetes"))
  }

  @Test func `old pods are no success`() throws {
    try workspace("{prod: {kind: kubernetes}}")
    // The controller has not seen the new version yet: the ready pod is an old one.
    try answer("new", ready: 1, observed: 6)
    let failed = try machine.amm("switch", "chat", "x/new", "--wait=1", "--trust")
    #expect(failed.status == 4)
    #expect(failed.errors.contains("'deployment/chat' of 'prod' was not ready within 1 s"))
    #expect(try link() == "../profiles/x/old.yaml")
  }

  @Test func `pods that do not start are told with their reason`() throws {
    try workspace("{prod: {kind: kubernetes}}")
    try answer("new", ready: 0, observed: 7)
    try machine.put("chat\t4\tCrashLoopBackOff\t\t\n", at: "kubectl/get-pods")
    let failed = try machine.amm("switch", "chat", "x/new", "--wait=1", "--keep", "--trust")
    #expect(failed.status == 4)
    #expect(failed.errors.contains("0 of 1 pod ready, CrashLoopBackOff"), "\(failed.errors)")
    #expect(try link() == "../profiles/x/new.yaml")
  }

  @Test func `without waiting, the cluster is asked once`() throws {
    try workspace("{prod: {kind: kubernetes}}")
    try answer("old", ready: 1, observed: 7)
    let old = try machine.amm("switch", "chat", "x/new", "--trust")
    #expect(old.status == 0)
    #expect(
      old.output.contains(
        "'deployment/chat' of 'prod' serves x/old instead of x/new so far"), "\(old.output)")
    try machine.put(at: "kubectl/silent")
    let silent = try machine.amm("switch", "chat", "x/old", "--trust")
    #expect(silent.status != 0 || silent.output.contains("could not be asked"), "\(silent.output)")
  }

  @Test func `another machine cannot be waited for`() throws {
    try workspace("{prod: {kind: podman, hostname: elsewhere}}")
    let refused = try machine.amm("switch", "chat", "x/new", "--wait=1", "--trust")
    #expect(refused.errors.contains("'chat' runs on 'elsewhere'"), "\(refused.errors)")
    #expect(try link() == "../profiles/x/old.yaml")
    let done = try machine.amm("switch", "chat", "x/new", "--trust")
    #expect(done.status == 0, "\(done.errors)")
    #expect(done.output.contains("'chat' runs on 'elsewhere', where 'amm status' shows"))
  }

  @Test func `servers on one port and tags with capitals come back from a cluster's file`() throws {
    try machine.home.write(
      """
      version: 1
      targets: {prod: {kind: kubernetes, security: restricted}}
      instances:
        chat: {port: 8000, target: prod, gpus: 1}
        code: {port: 8000, target: prod, gpus: []}

      """, to: "w/instances.yaml")
    try machine.home.write(
      """
      name: chat
      source: {type: huggingface, model_id: a/b}
      container: {runtime: vllm, image: "docker.io/vllm/vllm-openai:v0.31.0_CU130"}

      """, to: "w/profiles/x/chat.yaml")
    try machine.home.write(
      "name: code\nsource: {type: huggingface, model_id: a/b}\ncontainer: {runtime: tei}\ncapabilities: [embedding]\n",
      to: "w/profiles/x/code.yaml")
    for name in ["chat", "code"] {
      try machine.home.link("w/active/\(name).yaml", to: "../profiles/x/\(name).yaml")
    }
    let printed = try machine.amm("generate", "--for", "prod", "--print")
    #expect(printed.status == 0, "\(printed.errors)")
    try machine.home.write(printed.output, to: "own.yaml")
    let checked = try machine.amm("validate", machine.home.file("own.yaml").path)
    #expect(checked.status == 0 && checked.output.contains("no problems"), "\(checked.errors)")
  }
}
