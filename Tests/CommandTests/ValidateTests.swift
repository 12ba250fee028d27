import Foundation
import TestSupport
import Testing

/// `amm validate` of paths: what they are is told by their names and places.
struct ValidateTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    #expect(try Program.amm("init", "--example", folder.file("w").path).status == 0)
    try folder.write(
      "version: 1\nname: quick\nkind: completion\nprompt_tokens: [64]\n", to: "w/tasks/quick.yaml")
    try folder.write("", to: "empty/README.md")
  }

  /// Profiles that come with amm.
  private static let count = ProfileSet.library.profiles.count

  private func validate(_ words: String..., in place: String = "") throws -> Finished {
    try Program.run(Program.amm, ["validate"] + words, in: folder.file(place))
  }

  @Test(arguments: [
    ("w", "."), ("w", "instances.yaml"), ("w", "./"), ("", "w"), ("", "w/"),
    ("", "w/instances.yaml"),
    ("w/active", "../instances.yaml"), ("w/tasks", ".."), ("", "."),
  ])
  func `a workspace is checked as one`(place: String, path: String) throws {
    let result = try validate(path, in: place)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output == "\(Self.count) profiles, 4 instances, 1 task: no problems\n")
  }

  @Test func `advice is told once for a run, and not beside a mistake`() throws {
    for name in ["a", "b", "c"] {
      try folder.write(
        """
        name: \(name)
        source: {type: huggingface, model_id: org/model}
        container: {runtime: tgi}

        """, to: "old/\(name).yaml")
    }
    func validate(_ environment: [String: String]) throws -> Finished {
      try Program.amm("validate", "--strict", "old", in: folder.url, environment: environment)
    }
    let told = try validate(["AMM_ADVICE": ""])
    #expect(told.status == 0)
    #expect(told.errors.components(separatedBy: "[unmaintained-runtime]").count == 2)
    #expect(told.errors.contains("this also applies to 2 other files"))
    #expect(told.errors.contains("'amm migrate a --to RUNTIME'"))
    #expect(try validate(["AMM_ADVICE": "off"]).errors == "")
    try folder.write("name: d\n", to: "old/d.yaml")
    let wrong = try validate(["AMM_ADVICE": ""])
    #expect(wrong.status == 1 && !wrong.errors.contains("unmaintained"), "\(wrong.errors)")
  }

  @Test func `a mistake in instances.yaml is told at its place, whoever names the file`() throws {
    let text = try folder.read("w/instances.yaml")
    try folder.write(text.replacing("tgi-primary:", with: "tgi primary:"), to: "w/instances.yaml")
    for path in ["w", "w/instances.yaml"] {
      let result = try validate(path)
      #expect(result.status == 1)
      #expect(result.errors.contains("w/instances.yaml:"))
      #expect(!result.errors.contains("missing-key"))
    }
  }

  @Test func `profiles and tasks are told apart by their folders`() throws {
    let both = try validate("w/profiles/coding/starcoder2.yaml", "w/tasks/quick.yaml")
    #expect(both.output == "1 profile, 1 task: no problems\n")
    #expect(try validate("w/tasks").output == "1 task: no problems\n")
    #expect(try validate(".", in: "w/tasks").output == "1 task: no problems\n")
    #expect(try validate("w/profiles").output == "\(Self.count) profiles: no problems\n")
    // The name says otherwise.
    try folder.write(try folder.read("w/tasks/quick.yaml"), to: "drafts/quick.yaml")
    #expect(try validate("drafts/quick.yaml").status == 1)
    #expect(try validate("--as", "task", "drafts/quick.yaml").status == 0)
    #expect(try validate("--as", "profile", "w/tasks/quick.yaml").status == 1)
  }

  /// A file of another tool is found by its keys, and one without a server is told as such.
  @Test func `a file of another tool is no profile`() throws {
    let service = "services: {db: {image: docker.io/library/postgres:17}}\n"
    try folder.write(service, to: "stack.yaml")
    let other = try validate("stack.yaml")
    #expect(other.status == 0 && other.errors.contains("'db' is left out"), "\(other.errors)")
    try folder.write(
      """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: data}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: db}
      spec: {containers: [{name: db, image: "redis:7"}]}

      """, to: "cluster.yaml")
    let cluster = try validate("cluster.yaml")
    #expect(cluster.errors.contains("'db' is left out") && cluster.errors.contains("Claim data"))
    try folder.write(
      "services: {job: {image: docker.io/vllm/vllm-openai:v0.31.0, entrypoint: ./job}}\n",
      to: "job.yaml")
    #expect(try validate("job.yaml").errors.contains("'job' is left out"))
    try folder.write("echo hello\n", to: "hello.sh")
    let nothing = try validate("hello.sh")
    #expect(nothing.status == 0)
    #expect(nothing.errors.contains("there is no server that amm recognises in this file"))
    #expect(try validate("--strict", "hello.sh").status == 1)
    try folder.write(
      service.replacing("postgres:17", with: "x").replacing("{db", with: "{db db"),
      to: "broken.yaml")
    // Compose refuses such a name.
    #expect(try validate("broken.yaml").status == 1)
  }

  @Test(arguments: ["empty", "./empty/"])
  func `nothing found is said, and fails where warnings do`(path: String) throws {
    let result = try validate(path)
    #expect(result.status == 0)
    #expect(result.errors.contains("warning: there are no profiles in this folder [nothing-found]"))
    #expect(!result.output.contains("no problems"))
    #expect(try validate("--strict", path).status == 1)
    #expect(try validate("--as", "task", path).errors.contains("there are no tasks in this folder"))
  }

  @Test func `a workspace with nothing in it is nothing found`() throws {
    try folder.write("version: 1\n", to: "bare/instances.yaml")
    let result = try validate("--strict", "bare")
    #expect(result.status == 1, "\(result.output)\(result.errors)")
  }
}
