import Diagnostics
import Foundation
import Operations
import Schema
import TestSupport
import Testing
import Values
import YAML

@testable import Imports

/// The same files through podman-compose.
extension ComposeConfigTests {
  /// Files that podman-compose 1.6 reads in another way than Docker Compose 2.26, with the reason.
  private static let otherwise = [
    "starts": "it reads 'no' as false, also as the name of a service",
    "modelenv": "it also replaces variables with those of the service itself",
    "innervariable": "it also replaces variables with those of the service itself",
    "unordered": "it extends only services that are further up",
    "tags": "it cannot print values with '!reset' and '!override'",
    "mergedplaces": "it cannot print values with '!reset' and '!override'",
    "override": "it does not read '!reset' of a mapping",
    "extends-file": "it cannot print values with '!override'",
    "include-file": "it does not read the variables of included files",
    "env-file": "it has no variables of files in what it prints",
  ]

  private static func name(of input: URL) -> String {
    isProject(input)
      ? input.deletingLastPathComponent().lastPathComponent
      : String(input.lastPathComponent.prefix { $0 != "." })
  }

  @Test(.needs(.tool("docker-compose")), .needs(.tool("podman-compose")), arguments: inputs)
  func `podman-compose reads a file in the same way`(input: URL) throws {
    let docker = try Self.services(of: input)
    let name = Self.isProject(input) ? [] : ["-f", input.path]
    let config = try Program.run(
      try #require(Program.tool("podman-compose")), name + ["config"],
      in: input.deletingLastPathComponent(), environment: Self.environment(of: input))
    let printed = SourceFile(path: "config.yaml", text: config.output)
    let services = Composer.compose(printed).value?["services"]
    // What either of them refuses has nothing to compare.
    let isCompared = !docker.isEmpty && Self.otherwise[Self.name(of: input)] == nil
    #expect(!isCompared || config.status == 0, "\(config.errors.suffix(300))")
    for (name, service) in isCompared ? docker : [:] {
      let other = ComposeService(podman: try #require(services?[name]))
      #expect(service.plain == other.plain, "\(name)")
    }
    // A difference that is gone leaves the list.
    let isSame = docker.allSatisfy { name, service in
      service.plain == services?[name].map { ComposeService(podman: $0).plain }
    }
    #expect(isCompared || docker.isEmpty || !isSame)
  }
}
