import Foundation

/// A user's home with a workspace `w`, and a machine that does what it is told: `Tests/FakeMachine`.
///
/// What amm makes of a real one is shown by `make e2e`; here, what it makes of one that is broken.
package final class FakeMachine: Sendable {
  package let home: TemporaryFolder
  private let programs: [String]

  /// - Parameter programs: Those of `Tests/FakeMachine` that it has.
  package init(having programs: [String] = ["systemctl", "podman"]) throws {
    home = try TemporaryFolder()
    self.programs = programs
    try home.write("", to: "machine/log")
    try home.write("", to: "bin/.keep")
    for program in programs {
      try home.link("bin/\(program)", to: Repository.file("Tests/FakeMachine/\(program)").path)
    }
    // Nothing of the machine that runs the tests but what scripts need.
    for program in ["sh", "cat", "wc", "tr", "rm", "mkdir", "find", "basename", "grep"] {
      guard let path = Program.find(program) else { throw Unmet(description: "no '\(program)'") }
      try home.link("bin/\(program)", to: path.path)
    }
  }

  /// A workspace of llama.cpp servers; each has the profiles `NAME-one` and `NAME-two`, and serves the first.
  ///
  /// - Parameter ports: Of its servers, by their names.
  package func workspace(
    in folder: String = "w", _ ports: KeyValuePairs<String, Int>
  ) throws {
    var text = "version: 1\ndefaults: {gpus: []}\ninstances:\n"
    for (name, port) in ports {
      text += "  \(name): {port: \(port)}\n"
      for profile in ["one", "two"] {
        try home.write(
          """
          name: \(name)-\(profile)
          source: {type: local, path: ~/models/\(name)-\(profile).gguf}
          container: {runtime: llama-cpp, image: example.org/\(name)-\(profile):1}

          """, to: "\(folder)/profiles/tiny/\(name)-\(profile).yaml")
      }
      try home.link("\(folder)/active/\(name).yaml", to: "../profiles/tiny/\(name)-one.yaml")
    }
    try home.write(text, to: "\(folder)/instances.yaml")
  }

  package func amm(_ words: String..., in folder: String = "w") throws -> Finished {
    try amm(words, in: folder)
  }

  package func amm(
    _ words: [String], in folder: String = "w", environment: [String: String] = [:]
  ) throws -> Finished {
    let base = [
      "HOME": home.url.resolvingSymlinksInPath().path, "PATH": home.file("bin").path,
      "FAKE_MACHINE": home.file("machine").path,
    ]
    return try Program.run(
      Program.amm, words + ["--workspace", home.file(folder).path],
      environment: base.merging(environment) { $1 })
  }

  /// What was called since it was asked last, a line each, without questions.
  package func calls() throws -> [String] {
    let lines = try home.read("machine/log").split(separator: "\n").map(String.init)
    try home.write("", to: "machine/log")
    let questions = [
      "show", "is-active", "is-system-running", "reset-failed", "image exists", "info",
    ]
    return lines.filter { line in !questions.contains { line.contains(" \($0)") } }
  }

  /// Puts something into the machine's state, such as `fails/one.service`.
  package func put(_ text: String = "", at path: String) throws {
    try home.write(text, to: "machine/" + path)
  }

  /// The images that Podman has.
  package func has(images: String...) throws {
    try put(images.map { $0 + "\n" }.joined(), at: "images")
  }

  /// Whether a service runs.
  package func runs(_ service: String) -> Bool {
    FileManager.default.fileExists(atPath: home.file("machine/active/\(service)").path)
  }

  /// The profile that a link leads to.
  package func serves(_ instance: String, in folder: String = "w") throws -> String {
    try FileManager.default.destinationOfSymbolicLink(
      atPath: home.file("\(folder)/active/\(instance).yaml").path)
  }
}
