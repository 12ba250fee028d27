import Diagnostics
import Schema
import Testing

@testable import Profiles

/// What an option is set to, wherever the profile says so.
@Suite struct LaunchedValueTests {
  private func profile(_ more: String) throws -> Profile {
    let outcome = Profile.read(
      SourceFile(
        path: "profile.yaml",
        text: """
          name: demo
          source: {type: huggingface, model_id: org/model}
          container: {runtime: vllm}
          \(more)
          """))
    return try #require(outcome.value, "\(outcome.diagnostics.map(\.message))")
  }

  static let flags: [(String, Bool?)] = [
    ("vllm: {enable_lora: true}", true),
    ("arguments: [--enable-lora]", true),
    ("arguments: [--no-enable-lora]", false),
    ("vllm: {max_loras: 64}", nil),
  ]

  @Test(arguments: flags) func aFlagIsReadWhereverItIsWritten(_ more: String, _ value: Bool?) throws
  {
    #expect(try profile(more).flag("--enable-lora")?.value == value)
  }

  @Test(arguments: ["vllm: {max_loras: 64}", "arguments: [--max-loras=64]"])
  func aNumberIsReadWhereverItIsWritten(_ more: String) throws {
    #expect(try profile(more).number("--max-loras")?.value == 64)
  }
}
