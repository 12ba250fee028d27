import Diagnostics

/// Problems of scripts, as findings.
extension ShellFault {
  /// Returns a script's text as a shell on this machine reads it, and what is wrong with its bytes.
  ///
  /// Bytes that are zero are left out, as bash does, and so are carriage returns before line ends, so that
  /// the rest can be read.
  static func text(of source: SourceFile) -> (ShellText, [ShellFault]) {
    var text = ShellText()
    var faults: [ShellFault] = []
    var seen: Set<UInt8> = []
    let bytes = source.bytes
    for index in source.textStart..<max(source.textStart, bytes.count) {
      let byte = bytes[index]
      if byte == 0 {
        if seen.insert(byte).inserted {
          faults.append(ShellFault(kind: .null, start: index, end: index + 1))
        }
      } else if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A {
        if seen.insert(byte).inserted {
          faults.append(ShellFault(kind: .lineEnds, start: index, end: index))
        }
      } else {
        text.append(byte, at: index)
      }
    }
    let start = bytes[min(source.textStart, bytes.count)...]
    if !start.starts(with: "#!".utf8), start.split(separator: 0x0A).contains(where: isForSlurm) {
      let end = start.firstIndex(of: 0x0A) ?? start.endIndex
      faults.append(ShellFault(kind: .noShell, start: start.startIndex, end: end))
    }
    if let place = invalidByte(bytes) {
      faults.append(ShellFault(kind: .encoding, start: place, end: place + 1))
    }
    return (text, faults)
  }

  /// Whether a line has options for Slurm.
  private static func isForSlurm(_ line: ArraySlice<UInt8>) -> Bool {
    line.starts(with: "#SBATCH ".utf8)
  }

  /// Returns the place of the first byte that is not UTF-8; nil if there is none.
  private static func invalidByte(_ bytes: [UInt8]) -> Int? {
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var place = 0
    while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar): place += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return place
      }
    }
  }

  /// Returns the findings for problems of a script.
  static func findings(
    _ faults: [ShellFault], in source: SourceFile, _ places: Places
  ) -> [Diagnostic] {
    var told: Set<Int> = []
    var hasOtherShell = false
    return faults.filter { fault in
      if fault.kind == .otherShell {
        if hasOtherShell { return false }
        hasOtherShell = true
      }
      return told.insert(fault.start).inserted
    }.prefix(20).map { fault in
      let (message, help) = fault.texts
      return Diagnostic(
        ImportRules.shell, at: SourceLocation(source, places.range(fault.start, fault.end)),
        message,
        help: [help])
    }
  }

  private var texts: (message: String, help: String) {
    switch kind {
    case .blankAfterBackslash:
      (
        "a space follows the backslash, so the command ends here and the next line is another command",
        "remove the spaces after the backslash"
      )
    case .comment:
      (
        "a comment ends the command, and the lines after it are another command",
        "move the comment above the command"
      )
    case .otherShell:
      (
        "this sign does not continue a line in a POSIX shell, only in a shell of Windows",
        "write a backslash at the end of the line"
      )
    case .lostContinuation:
      (
        "the line before does not end with a backslash, so the shell runs this option as a command",
        "end the line before with a backslash, with no empty line between"
      )
    case .placeholder:
      (
        "the shell reads '<' and '>' as redirections, so the command does not get this placeholder",
        "write the value in its place"
      )
    case .spacedAssignment:
      ("the shell assigns nothing, because of the spaces around '='", "remove the spaces")
    case .invalidName:
      (
        "this is no name of a variable, so the shell exports nothing here",
        "write 'export NAME=VALUE'"
      )
    case .unclosed:
      ("the quote, brace or parenthesis is never closed", "close it, so that the script can be run")
    case .depth:
      (
        "amm does not read commands with more than 40 levels of nesting",
        "write the command outside of the others"
      )
    case .noShell:
      (
        "Slurm refuses a script whose first line does not begin with '#!'",
        "write '#!/bin/bash' as the first line"
      )
    case .lineEnds:
      (
        "the lines end with carriage returns, which a shell treats as part of the last word of each line",
        "convert the file with 'dos2unix', or remove them with an editor"
      )
    case .null:
      ("the script has a byte that is zero, which a shell leaves out", "remove the byte")
    case .encoding:
      ("the script is not in UTF-8", "convert the file to UTF-8, such as with 'iconv'")
    case .quotes:
      (
        "the shell removes the quotes of this JSON, so the server gets text that is no JSON",
        "put single quotes around it: '{\"key\": 1}'"
      )
    }
  }
}
