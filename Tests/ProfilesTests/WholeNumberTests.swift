import Testing

@testable import Profiles

struct WholeNumberTests {
  @Test(
    arguments: [
      ("40960", 40960), (" 40960\u{A0}", 40960), ("1_024", 1024), ("+5", 5), ("-1", -1),
      ("1__0", nil), ("_1", nil), ("1_", nil), ("8.0", nil), ("8k", nil), ("", nil), (" ", nil),
      ("1 0", nil),
    ] as [(String, Int?)])
  func `a number is read as Python's int reads it`(text: String, number: Int?) {
    #expect(ArgumentSyntax.argparse.wholeNumber(in: text)?.number == number)
  }

  @Test(
    arguments: [
      ("99", 99, ""), (" 99", 99, ""), ("100,100", 100, ",100"), ("8192k", 8192, "k"),
      ("8.0", 8, ""), ("8.5", 8, ".5"), ("-1x", -1, "x"), ("+3", 3, ""), ("8192 ", 8192, ""),
      ("k8", nil, ""), ("", nil, ""), ("-", nil, ""), ("2147483648", nil, ""),
    ] as [(String, Int?, String)])
  func `a number is read as llama.cpp reads it`(text: String, number: Int?, ignored: String) {
    let read = ArgumentSyntax.wordByWord.wholeNumber(in: text)
    #expect(read?.number == number)
    #expect(read?.ignored ?? "" == ignored)
  }

  @Test(arguments: ["8_0", " 8", "8.0", "8k"])
  func `other launchers read plain numbers only`(text: String) {
    #expect(ArgumentSyntax.clap.wholeNumber(in: text) == nil)
  }
}
