import Foundation
import Targets
import TestSupport
import Testing
import Values

struct NixPrinterTests {
  @Test(arguments: [
    (Value.list([]), "[ ]\n"), (.set([Value.Member]()), "{ }\n"), (.list(["a"]), "[ \"a\" ]\n"),
    (.list(["a", "b"]), "[\n  \"a\"\n  \"b\"\n]\n"), (.list([-1]), "[ (-1) ]\n"), (-1, "-1\n"),
    (.set([.init("a.b", 1), .init("if", true)]), "{\n  \"a.b\" = 1;\n  \"if\" = true;\n}\n"),
    ("${x}", "\"\\${x}\"\n"),
  ])
  func `values are laid out as nixfmt does`(value: Value, expected: String) {
    #expect(NixPrinter.text(value) == expected)
  }

  /// The real Nix reads back what was meant, for every text that breaks careless quoting.
  @Test(.needs(.tool("nix-instantiate")))
  func `Nix reads what was meant`() throws {
    let nix = try #require(Program.tool("nix-instantiate"))
    let value = Value.set(
      [
        .init("texts", .texts(UnitFileTests.hostile + ["''", "''${x}", "\\${", "\u{8}\u{c}"])),
        .init("numbers", [-1, 0.7, 1e-5, 1e20, 9_007_199_254_740_993]), .init("a b.c", true),
      ]
        + UnitFileTests.hostile.filter { !$0.isEmpty }.map { Value.Member($0 + "!", "x") })
    let folder = try TemporaryFolder()
    try folder.write(NixPrinter.text(value), to: "value.nix")
    let result = try Program.run(
      nix, ["--eval", "--strict", "--json", folder.file("value.nix").path])
    #expect(result.status == 0, "\(result.errors)")
    let read = try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? NSDictionary
    let meant =
      try JSONSerialization.jsonObject(with: Data(JSON.text(value).utf8)) as? NSDictionary
    #expect(read == meant)
  }
}
