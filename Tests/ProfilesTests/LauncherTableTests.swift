import Catalogues
import Deployments
import Schema
import Testing

@testable import Profiles

/// Which table a profile is judged by.
@Suite struct LauncherTableTests {
  static let runtimes = Runtimes.all.filter { !$0.needsImage }.map { $0.name }

  /// Every image that a default can choose is of a release that the tables know.
  @Test(arguments: runtimes) func aPinnedImageHasATable(name: String) throws {
    let runtime = try #require(Runtimes.named(name))
    for processor in Processor.allCases {
      guard let image = runtime.image(for: processor) else { continue }
      let table = try #require(LauncherTable(runtime, image: image))
      #expect(table.isSure { _ in true }, "\(image.text)")
    }
  }

  /// Every field of amm's own is an option of the pinned release.
  @Test(arguments: runtimes) func thePinnedReleaseHasEveryField(name: String) throws {
    func options<R: Runtime>(of runtime: R.Type) -> [LaunchOption] {
      R.Options.fields.all.compactMap(\.destination)
        + CommonField.allCases.compactMap { R.option(for: $0) }
    }
    let runtime = try #require(Runtimes.named(name))
    let table = try #require(LauncherTable(runtime, image: nil))
    for option in options(of: runtime) {
      guard let name = option.optionName else { continue }
      #expect(table.catalogue.has(name), "\(runtime.name) \(table.release.text) lacks \(name)")
    }
  }

  /// A sentence is of an option that amm neither sets nor has a field for, of one that came or went
  /// with a release, too.
  @Test(arguments: runtimes) func aSentenceIsOfAnOptionWithoutField(name: String) throws {
    let runtime = try #require(Runtimes.named(name))
    let releases = Catalogue.releases(of: name).compactMap { Catalogue.of(name, $0) }
    #expect(!runtime.sentences.isEmpty)
    for (option, sentence) in runtime.sentences {
      let known = releases.compactMap { $0[option] }
      #expect(!known.isEmpty, "'\(option)' is none of \(name)")
      let names = Set(known.flatMap { $0.names + [$0.variable].compactMap { $0 } })
      #expect(names.allSatisfy { runtime.field(setBy: $0) == nil }, "'\(option)' has a field")
      #expect(names.isDisjoint(with: runtime.reserved), "amm sets '\(option)'")
      #expect(sentence.hasSuffix(".") && sentence.utf8.count < 110, "'\(option)'")
    }
  }

  private func fit(_ image: String) throws -> LauncherTable {
    let reference = try #require(ImageReference(image))
    return try #require(LauncherTable(VLLM.self, image: reference))
  }

  @Test func aTableFitsItsReleaseAlone() throws {
    let exact = try fit("docker.io/vllm/vllm-openai:v0.31.0")
    #expect(exact.fit == .exact && exact.isSure { _ in false })
    // Between two tables, what neither has is not there.
    let between = try fit("docker.io/vllm/vllm-openai:v0.30.5")
    #expect(between.isSure { !$0.has("--swap-space") })
    #expect(!between.isSure { _ in false })
    #expect(between.catalogue.release.text == "0.30.0" && between.release.text == "0.30.5")
    let newer = try fit("docker.io/vllm/vllm-openai:v99.0.0")
    #expect(newer.fit == .near("99.0.0") && !newer.isSure { _ in true })
    let foreign = try fit("example.org/vllm:v0.31.0")
    #expect(foreign.fit == .unknown && !foreign.isSure { _ in true })
  }
}
