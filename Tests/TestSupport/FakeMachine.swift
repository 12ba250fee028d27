import Foundation

/// A user's home with a workspace `w`, and the scripted programs of `Tests/FakeMachine`.
///
/// `make e2e` tests amm on a real machine; this class tests it on machines with faults.
package final class FakeMachine: Sendable {
  package let home: TemporaryFolder
  private let programs: [String]

  /// - Parameter programs: The programs of `Tests/FakeMachine` that the machine has.
  package init(having programs: [String] = ["systemctl", "podman"]) throws {
    home = try TemporaryFolder()
    self.programs = programs
    try home.write("", to: "machine/log")
    try home.write("", to: "bin/.keep")
    for program in programs {
      try home.link("bin/\(program)", to: Repository.file("Tests/FakeMachine/\(program)").path)
    }
    // Of the machine that runs the tests, only the programs that the scripts need.
    for program in ["sh", "cat", "wc", "tr", "rm", "mkdir", "find", "basename", "grep"] {
      guard let path = Program.find(program) else { throw Unmet(description: "no '\(program)'") }
      try home.link("bin/\(program)", to: path.path)
    }
  }

  /// Writes a workspace of llama.cpp servers with the profiles `NAME-one`, which is served, and
  /// `NAME-two`.
  ///
  /// - Parameter ports: The ports of the servers, by name.
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

  /// Returns the commands since the last call of this method, one a line, without queries.
  package func calls() throws -> [String] {
    let lines = try home.read("machine/log").split(separator: "\n").map(String.init)
    try home.write("", to: "machine/log")
    let questions = [
      "show", "is-active", "is-system-running", "reset-failed", "image exists", "info",
    ]
    return lines.filter { line in !questions.contains { line.contains(" \($0)") } }
  }

  /// Writes a file of the machine's state, such as `fails/one.service`.
  package func put(_ text: String = "", at path: String) throws {
    try home.write(text, to: "machine/" + path)
  }

  /// Sets the images that Podman has.
  package func has(images: String...) throws {
    try put(images.map { $0 + "\n" }.joined(), at: "images")
  }

  /// Returns whether a service is running.
  package func runs(_ service: String) -> Bool {
    FileManager.default.fileExists(atPath: home.file("machine/active/\(service)").path)
  }

  /// Returns the profile that a link points to.
  package func serves(_ instance: String, in folder: String = "w") throws -> String {
    try FileManager.default.destinationOfSymbolicLink(
      atPath: home.file("\(folder)/active/\(instance).yaml").path)
  }
}
