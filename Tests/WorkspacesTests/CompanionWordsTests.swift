import Foundation
import TestSupport
import Testing
import Workspaces

/// What the kinds of companions declare about files of other tools.
struct CompanionWordsTests {
  @Test(arguments: [("open-webui", "webui"), ("litellm", "lite")])
  func `an import knows each variable that amm sets`(kind: String, unit: String) throws {
    let words = try #require(KnownCompanion.named(kind)).foreign
    var known = Set(words.settings.map(\.name) + words.connections.flatMap(\.variables))
    known.formUnion(words.configurations)
    known.formUnion([words.keyVariable, words.data?.variable].compactMap { $0 })
    let text = try String(
      contentsOf: Repository.file("Tests/Golden/companions/quadlet/\(unit).container"),
      encoding: .utf8)
    let names = text.split(separator: "\n").compactMap { line -> String? in
      guard line.hasPrefix("Environment=") else { return nil }
      return String(line.dropFirst("Environment=".count).drop { $0 == "\"" }.prefix { $0 != "=" })
    }
    #expect(names.count > 1)
    for name in names { #expect(known.contains(name), "\(name)") }
  }

  @Test func `each kind of program has its own images`() {
    let all = KnownCompanion.all.flatMap(\.foreign.images)
    #expect(Set(all).count == all.count)
    for kind in KnownCompanion.all where kind.containerPort != nil {
      #expect(!kind.foreign.images.isEmpty && !kind.foreign.programs.isEmpty, "\(kind.name)")
    }
  }
}
