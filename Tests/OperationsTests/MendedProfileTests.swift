import Diagnostics
import Foundation
import Operations
import TestSupport
import Testing

/// Changes of a profile's text that put mistakes right, and nothing else.
struct MendedProfileTests {
  private static let head = """
    name: demo
    source: {type: huggingface, model_id: org/model-GGUF}
    container: {runtime: llama-cpp}

    """

  private func mended(_ text: String) -> (text: String, count: Int) {
    let mended = MendedProfile(SourceFile(path: "p.yaml", text: Self.head + text))
    #expect(mended.text.hasPrefix(Self.head))
    return (String(mended.text.dropFirst(Self.head.count)), mended.count)
  }

  /// What is written, and what becomes of it.
  static let cases: [(String, String)] = [
    ("paramters:\n  top_p: 0.5\n", "parameters:\n  top_p: 0.5\n"),
    ("llama_cpp: {flash_atn: on}\n", "llama_cpp: {flash_attn: on}\n"),
    ("llama_cpp:\n  flash_attn: true  # fast\n", "llama_cpp:\n  flash_attn: on  # fast\n"),
    ("llama_cpp: {jinja: yes, metrics: \"true\"}\n", "llama_cpp: {jinja: true, metrics: true}\n"),
    ("arguments: [--n-cpu-moee, \"3\"]\n", "arguments: [--n-cpu-moe, \"3\"]\n"),
    // Out of a list on one line: the first, one between, the last and the only one.
    (
      "arguments: [-c, \"8192\", --n-cpu-moe, \"3\"]\n",
      "arguments: [--n-cpu-moe, \"3\"]\nparameters:\n  context_length: 8192\n"
    ),
    (
      "arguments: [--n-cpu-moe, \"3\", -c, \"8192\"]\nparameters:\n  top_k: 1\n",
      "arguments: [--n-cpu-moe, \"3\"]\nparameters:\n  context_length: 8192\n  top_k: 1\n"
    ),
    (
      "parameters: {top_k: 1}\narguments: [-c, \"8192\"]\n",
      "parameters: {context_length: 8192, top_k: 1}\n"
    ),
    // Out of a list of lines.
    (
      "arguments:\n  - --ctx-size\n  - \"8192\"\n  - --n-cpu-moe\n  - \"3\"\n",
      "arguments:\n  - --n-cpu-moe\n  - \"3\"\nparameters:\n  context_length: 8192\n"
    ),
    (
      "arguments:\n  - --ctx-size\n  - \"8192\"\n", "parameters:\n  context_length: 8192\n"
    ),
    (
      "environment:\n  LLAMA_ARG_TOP_P: \"0.9\"\n  OTHER: x\n",
      "environment:\n  OTHER: x\nparameters:\n  top_p: 0.9\n"
    ),
  ]

  @Test(arguments: cases)
  func aMistakeIsPutRight(before: String, after: String) {
    let result = mended(before)
    #expect(result.text == after)
    #expect(result.count > 0)
  }

  /// What is left as it is: where a person has to choose, and where a comment would go.
  static let untouched = [
    "parameters:\n  top_k: 1\n",
    "parameters:\n  flux: 1\n",
    "arguments:\n  - --ctx-size # mine\n  - \"8192\"\n",
    "arguments: [-c, \"8192\"]\nparameters: {context_length: 4096}\n",
    "llama_cpp: {flash_attn: perhaps}\n",
  ]

  @Test(arguments: untouched)
  func whatIsNotCertainIsLeft(text: String) {
    let result = mended(text)
    #expect(result.text == text)
    #expect(result.count == 0)
  }

  @Test func theFileIsReplacedAndTheDifferenceShown() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.head + "llama_cpp:\n  flash_attn: true\n", to: "p.yaml")
    let result = try Program.amm("validate", "--fix", "p.yaml", in: folder.url)
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.errors.contains("-  flash_attn: true\n+  flash_attn: on\n"))
    #expect(result.errors.contains("fixed 1 problem in 'p.yaml'"))
    let text = try String(contentsOf: folder.file("p.yaml"), encoding: .utf8)
    #expect(text == Self.head + "llama_cpp:\n  flash_attn: on\n")
    // A second time there is nothing to do.
    let again = try Program.amm("validate", "--fix", "p.yaml", in: folder.url)
    #expect(again.status == 0 && !again.errors.contains("mended"))
  }

  @Test func aLinkIsNotWrittenThrough() throws {
    let folder = try TemporaryFolder()
    let text = Self.head + "llama_cpp:\n  flash_attn: true\n"
    try folder.write(text, to: "real/p.yaml")
    try folder.link("p.yaml", to: "real/p.yaml")
    let result = try Program.amm("validate", "--fix", "p.yaml", in: folder.url)
    #expect(result.status == 3)
    #expect(try String(contentsOf: folder.file("real/p.yaml"), encoding: .utf8) == text)
  }
}
