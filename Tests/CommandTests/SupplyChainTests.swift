import Foundation
import TestSupport
import Testing

/// What amm is made of is said exactly, and the same everywhere.
struct SupplyChainTests {
  private func text(_ path: String) throws -> String {
    try String(contentsOf: Repository.file(path), encoding: .utf8)
  }

  @Test func `packages are pinned to one version, and Nix has the same`() throws {
    let package = try text("Package.swift")
    let pins =
      try JSONSerialization.jsonObject(with: Data(text("nix/pins.json").utf8)) as? [String: Any]
    var pinned: [String: String] = [:]
    for pin in pins?["pins"] as? [[String: Any]] ?? [] {
      let state = pin["state"] as? [String: String]
      pinned[pin["location"] as? String ?? ""] = state?["version"]
      #expect(state?["revision"]?.count == 40)
    }
    var written: [String: String] = [:]
    for match in package.matches(of: /\.package\(\s*url: "([^"]*)",\s*([a-z]+): "([^"]*)"/) {
      #expect(match.output.2 == "exact", "\(match.output.1)")
      written[String(match.output.1)] = String(match.output.3)
    }
    #expect(!written.isEmpty && written == pinned)
  }

  @Test func `workflows name actions and images by their digests`() throws {
    let files =
      try Repository.files(in: ".github/workflows", ending: ".yaml")
      + Repository.files(in: ".github/workflows", ending: ".yml")
    #expect(!files.isEmpty)
    for file in files {
      for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
        if let action = line.firstMatch(of: /uses:\s*(\S+)/), !action.output.1.hasPrefix("./") {
          #expect(action.output.1.contains(/@[0-9a-f]{40}$/), "\(line)")
        }
        if let image = line.firstMatch(of: /(?:container|image):\s*(\S+)/) {
          #expect(image.output.1.contains(/@sha256:[0-9a-f]{64}$/), "\(line)")
        }
      }
    }
  }

  /// The release build is there after 'make build', as in `.ci/run`; without it, its flags are looked at.
  @Test(.needs(.program("readelf")))
  func `a release has no path of its builder and no place to look for libraries in`() throws {
    let makefile = try text("Makefile")
    #expect(makefile.contains("--disable-local-rpath -Xlinker -s"))
    for name in ["amm", "amm-compare", "amm-fetch"] {
      let program = Repository.file(".build-release/release/" + name)
      guard let bytes = FileManager.default.contents(atPath: program.path) else { continue }
      let root = Repository.file("Sources").path
      #expect(bytes.range(of: Data(root.utf8)) == nil, "\(name) holds '\(root)'")
      let readelf = try #require(Program.find("readelf"))
      let dynamic = try Program.run(readelf, ["-d", program.path])
      #expect(!dynamic.output.contains("RUNPATH") && !dynamic.output.contains("RPATH"))
      let sections = try Program.run(readelf, ["-S", program.path])
      #expect(!sections.output.contains(".symtab") && !sections.output.contains(".debug_"))
    }
  }
}
