import Targets
import Testing

struct UnitFileTests {
  /// Texts that break out of, or are changed by, careless quoting.
  static let hostile = [
    "plain", "two words", "it's", "say \"hi\"", "back\\slash", "C:\\new\\table", "trailing\\",
    "50% off", "%h", "%%", "$HOME", "${HOME}", "$$", "a;b", "#no comment", "a\nb", "a\rb", "a\tb",
    "\u{1}\u{7f}", "é😀\u{202E}", "[Service]", "x\nExecStartPre=/bin/false", "'", "\"", "=", "a=b",
    "%20", "$(id)", "`id`", "\u{2028}",
    // What a mark combines with is one character to Swift and two to everybody else.
    "50%\u{301}", "$\u{301}", "\"\u{301}", "\\\u{301}", "\u{301}", " \u{301}", "a\r\nb",
    "[\u{301}]",
  ]

  @Test(arguments: hostile)
  func `words are understood as they were meant`(text: String) throws {
    var unit = UnitFile()
    unit.add(
      "Container",
      [
        .init("Exec", .words(["first", text, "last"])),
        .init("Environment", .assignment("NAME", text)),
      ])
    let sections = try UnitFileReader.read(unit.text)
    #expect(sections.count == 1)
    #expect(sections[0].entries.map(\.key) == ["Exec", "Environment"])
    #expect(sections[0].entries[0].values == ["first", text, "last"])
    #expect(sections[0].entries[1].values == ["NAME=" + text])
  }

  @Test(arguments: [
    "[Container]\nExec=a \\\nImage=x\n", "Image=x\n", "[Container]\nnonsense\n",
    "[Container]\nExec=\"open\n", "[Container]\nExec=a \\d\n", "[Container]\nExec=;\n",
    "[Container]\nExec=\"\"\n", "[Container]\nImage=\"x\"\n", "[Container]\nImage=100%\n",
    "[Container]\nImage=$x\n", "[Container]\nCPUQuota=100%%\n", "[Container]\nImage=\n",
    "[Container]\nNoNewPrivileges=maybe\n", "[Container\nImage=x\n",
  ])
  func `the reader refuses what Podman or systemd would take otherwise`(text: String) {
    #expect(throws: UnitFileReader.Problem.self) { try UnitFileReader.read(text) }
  }
}
