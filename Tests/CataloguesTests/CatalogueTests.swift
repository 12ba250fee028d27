import Foundation
import Schema
import Testing

@testable import Catalogues

/// The tables of options that the program holds.
@Suite struct CatalogueTests {
  static let launchers = ["vllm", "sglang", "llama-cpp", "tgi", "tei", "ollama"]

  static let all: [(launcher: String, release: Release)] = launchers.flatMap { launcher in
    Catalogue.releases(of: launcher).map { (launcher, $0) }
  }

  @Test func everyFileIsHeld() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/CCatalogues/data").standardizedFileURL
    let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".tsv") }
    let held = Self.all.map { "\($0.launcher)-\($0.release.text).tsv" }
    #expect(Set(files) == Set(held))
    #expect(held.count > 8)
  }

  @Test(arguments: launchers) func releasesAreInOrder(launcher: String) {
    let releases = Catalogue.releases(of: launcher)
    #expect(releases.count >= 2)
    for (earlier, later) in zip(releases, releases.dropFirst()) { #expect(earlier < later) }
  }

  @Test func everyOptionHasItsOwnNames() throws {
    for (launcher, release) in Self.all {
      let catalogue = try #require(Catalogue.of(launcher, release))
      #expect(catalogue.options.count > 20)
      let names = catalogue.names
      #expect(Set(names).count == names.count, "\(launcher) \(release.text)")
      #expect(names.allSatisfy { $0.hasPrefix("-") && !$0.contains(" ") })
    }
  }

  @Test func optionsAreFoundUnderEachName() throws {
    let catalogue = try #require(Catalogue.of("vllm", "0.31.0"))
    #expect(catalogue["-tp"]?.names == ["--tensor-parallel-size", "-tp"])
    #expect(catalogue["--no-enable-prefix-caching"]?.names == ["--enable-prefix-caching"])
    #expect(catalogue["--swap-space"] == nil)
    #expect(catalogue["--reasoning-parser"]?.choices.contains("openai_gptoss") == true)
    // A number may also be 'auto', which is no closed list.
    #expect(catalogue["--max-model-len"]?.choices == ["auto"])
    #expect(catalogue["--max-model-len"]?.closedWords == [])
  }

  @Test func releasesDiffer() throws {
    let old = try #require(Catalogue.of("vllm", "0.10.1"))
    #expect(old["--calculate-kv-scales"] != nil)
    #expect(Catalogue.of("vllm", "0.31.0")?["--calculate-kv-scales"] == nil)
    #expect(Catalogue.of("vllm", "0.1.2") == nil)
    #expect(Catalogue.of("nobody", "0.31.0") == nil)
  }

  @Test func whatIsKnownByOneNameIsKnownByAll() throws {
    let catalogue = try #require(Catalogue.of("llama-cpp", "11434"))
    let place = try #require(catalogue.place(of: "--ctx-size"))
    #expect(catalogue.place(of: "-c") == place)
    #expect(catalogue.place(of: "LLAMA_ARG_CTX_SIZE") == place)
    #expect(catalogue.option(variable: "LLAMA_ARG_CTX_SIZE")?.names == ["--ctx-size", "-c"])
    #expect(catalogue.option(variable: "--ctx-size") == nil)
    #expect(catalogue["LLAMA_ARG_CTX_SIZE"] == nil)
    #expect(catalogue.place(of: "--ctx") == nil && !catalogue.has("--draft-max"))
    #expect(catalogue.removed("--draft-max") != nil)
    #expect(catalogue.removed("--ctx-size") == nil && catalogue.removed("--draft-maximum") == nil)
  }

  @Test func everyNameIsFound() throws {
    for (launcher, release) in Self.all {
      let catalogue = try #require(Catalogue.of(launcher, release))
      for option in catalogue.options {
        for name in option.names + option.off { #expect(catalogue[name]?.names == option.names) }
      }
      for variable in catalogue.variables {
        #expect(catalogue.variable(named: variable.name)?.kind == variable.kind)
      }
    }
  }

  @Test func wordsAreTakenOrRefused() throws {
    let catalogue = try #require(Catalogue.of("vllm", "0.31.0"))
    let parser = try #require(catalogue["--reasoning-parser"])
    #expect(!parser.refuses("openai_gptoss") && parser.refuses("gpt-oss") && parser.refuses(""))
    #expect(catalogue["--max-model-len"]?.refuses("anything") == false)
    #expect(catalogue["--chat-template"]?.refuses("anything") == false)
  }
}
