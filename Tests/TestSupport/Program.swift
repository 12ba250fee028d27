package import Foundation

/// A finished child process.
package struct Finished: Sendable {
  package let status: Int32
  package let output: String
  package let errors: String

  /// The objects of a list in what was printed as JSON.
  ///
  /// - Parameter member: The name of the list.
  package func objects(_ member: String) throws -> [[String: Any]] {
    let document = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any]
    guard let list = document?[member] as? [[String: Any]] else {
      throw Unmet(description: "there is no list '\(member)' in \(output)\(errors)")
    }
    return list
  }
}

/// Programs that tests run for real.
package enum Program {
  /// The `amm` that was built with the tests, or the one in the folder `$AMM_PROGRAMS`.
  ///
  /// `make test` tests the release build: users get that one, and it takes half the time.
  package static let amm: URL = {
    if let folder = ProcessInfo.processInfo.environment["AMM_PROGRAMS"] {
      return URL(fileURLWithPath: folder).appendingPathComponent("amm")
    }
    var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    for _ in 0..<8 {
      let candidate = folder.appendingPathComponent("amm")
      if FileManager.default.isExecutableFile(atPath: candidate.path),
        !candidate.hasDirectoryPath
      {
        return candidate
      }
      folder.deleteLastPathComponent()
    }
    return URL(fileURLWithPath: ".build/debug/amm")
  }()

  /// Returns a program that reads amm's output, from the folder that `make test` fills, or nil.
  package static func tool(_ name: String) -> URL? {
    guard let folder = ProcessInfo.processInfo.environment["AMM_TOOLS"] else { return nil }
    let file = URL(fileURLWithPath: folder).appendingPathComponent(name)
    return FileManager.default.isExecutableFile(atPath: file.path) ? file : nil
  }

  /// strace; nil if it is not installed, or if the container does not allow tracing.
  package static let strace: URL? = find("strace").flatMap { strace in
    (try? run(strace, ["-o", "/dev/null", "true"]))?.status == 0 ? strace : nil
  }

  /// The search path for programs of the machine.
  package static let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"

  /// Returns a program of the machine, or nil if it is not installed.
  package static func find(_ name: String) -> URL? {
    path.split(separator: ":")
      .map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }

  /// A Python with jsonschema and yaml, which `make test` installs on Debian.
  package static let python: URL? =
    (["/usr/bin"] + path.split(separator: ":"))
    .map { URL(fileURLWithPath: String($0)).appendingPathComponent("python3") }
    .first { python in
      let result = try? run(python, ["-c", "import jsonschema, yaml"])
      return result?.status == 0
    }

  /// Runs a program to its end.
  ///
  /// - Parameter environment: Variables to add to a small, fixed environment.
  package static func run(
    _ program: URL, _ arguments: [String], in folder: URL? = nil,
    environment: [String: String] = [:]
  ) throws -> Finished {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = folder }
    let base = [
      "PATH": path,
      "HOME": "/nonexistent", "AMM_LIBRARY": Repository.file("profiles").path,
      // Only test servers are reachable; any other request goes to a proxy that does not exist.
      "HF_HUB_OFFLINE": "1", "https_proxy": "http://127.0.0.1:1",
      // Most tests do not need advice about the state of a runtime's project.
      "AMM_ADVICE": "off",
    ]
    process.environment = base.merging(environment) { $1 }
    // Files instead of pipes, because a full pipe would need a second thread to empty it.
    let scratch = try TemporaryFolder()
    let (out, err) = (scratch.file("out"), scratch.file("err"))
    for file in [out, err] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    process.standardInput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return Finished(
      status: process.terminationStatus,
      output: String(decoding: try Data(contentsOf: out), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: err), as: UTF8.self))
  }

  /// Runs amm.
  package static func amm(
    _ arguments: String..., in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> Finished {
    try run(amm, arguments, in: folder, environment: environment)
  }

  package static func amm(
    _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> Finished {
    try run(amm, arguments, in: folder, environment: environment)
  }
}

/// The source tree.
package enum Repository {
  package static func file(_ relative: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent(relative)
  }

  /// Returns the files below a folder with an ending, sorted.
  package static func files(in folder: String, ending: String) throws -> [URL] {
    try FileManager.default.subpathsOfDirectory(atPath: file(folder).path)
      .filter { $0.hasSuffix(ending) }.sorted().map { file(folder).appendingPathComponent($0) }
  }
}

/// A folder that is removed when the object is released.
package final class TemporaryFolder: Sendable {
  package let url: URL

  package init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("amm-test-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  package func file(_ relative: String) -> URL { url.appendingPathComponent(relative) }

  /// Writes a file, and creates the folders above it.
  package func write(_ text: String, to relative: String) throws {
    let file = file(relative)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  package func link(_ relative: String, to destination: String) throws {
    let file = file(relative)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      atPath: file.path, withDestinationPath: destination)
  }

  package func read(_ relative: String) throws -> String {
    String(decoding: try Data(contentsOf: file(relative)), as: UTF8.self)
  }
}
