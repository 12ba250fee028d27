import Text

/// Shells and terminals, which run the text of a script.
extension ShellWrappers {
  /// Returns the text of the script that a shell or terminal runs; nil if the command runs none.
  mutating func script(_ name: String) -> ShellText? {
    var words = rest.dropFirst()
    switch name {
    case "sh", "bash", "dash", "zsh", "ksh", "ash": return shell(words)
    case "eval": return words.isEmpty ? nil : Self.joined(words)
    case "ssh":
      rest = words
      skipOptions(Self.ofSSH)
      words = rest.dropFirst()
      if words.first?.text.string == "--" { words = words.dropFirst() }
      return words.isEmpty ? documents.first : Self.joined(words)
    case "su", "runuser", "sg", "script":
      guard
        let index = words.firstIndex(where: {
          ["-c", "--command", "-lc"].contains($0.text.string)
        })
      else { return nil }
      return words[(index + 1)...].first?.text
    case "tmux":
      var text = ShellText()
      for segment in words.split(whereSeparator: { $0.text.bytes == [0x3B] }) {
        rest = segment
        guard let part = terminal() else { continue }
        text.append(0x0A, at: part.offset(0))
        text.append(part)
      }
      return text.isEmpty ? nil : text
    case "screen":
      rest = words
      skipOptions(["-S", "-t", "-h", "-c", "-e", "-p", "-T", "-s", "-Logfile"])
      if rest.first?.text.string == "stuff", let typed = rest.dropFirst().first {
        return Self.typed(typed.text)
      }
      return rest.isEmpty ? nil : Self.quoted(rest)
    default: return nil
    }
  }

  /// Whether a text names a container's file with a version: `vllm-0.8.5.sif`.
  static func showsVersion(_ text: String) -> Bool {
    guard let file = text.split(separator: "/").last, file.contains(".sif") else { return false }
    return file.split(whereSeparator: { !$0.isNumber && $0 != "." }).contains { part in
      part.split(separator: ".").count > 1
    }
  }

  /// Returns the server that `apptainer run FILE OPTIONS` starts, with the words that start it elsewhere; nil if
  /// the file is that of no server.
  func containerFile(_ name: String) -> [ShellField]? {
    guard ["apptainer", "singularity"].contains(name),
      rest.dropFirst().first?.text.string == "run"
    else { return nil }
    var inner = self
    inner.rest = rest.dropFirst(2)
    inner.skipOptions(Set(Self.ofApptainer.split(separator: " ").map(String.init)))
    guard let file = inner.rest.popFirst() else { return nil }
    if let first = inner.rest.first, !first.text.string.hasPrefix("-") { return Array(inner.rest) }
    let program = Recognition.program(
      ofContainerFile: file.text.string, with: inner.rest.map(\.text.string))
    return program.map { $0.map { Self.word($0, at: file) } + inner.rest }
  }

  /// Passes over `distrobox enter NAME --` and its like; returns whether the command is one.
  mutating func skipDistrobox(_ name: String) -> Bool {
    let isEnter = name == "distrobox" && rest.dropFirst().first?.text.string == "enter"
    guard isEnter || name == "distrobox-enter",
      let end = rest.firstIndex(where: { ["--", "-e"].contains($0.text.string) })
    else { return false }
    rest = rest[(end + 1)...]
    return true
  }

  private func shell(_ words: ArraySlice<ShellField>) -> ShellText? {
    var words = words
    var isCommand = false
    while let word = words.first?.text.string, word.hasPrefix("-") || word.hasPrefix("+") {
      words = words.dropFirst()
      if word == "--" || word == "-" { break }
      if word == "-s" { return documents.first }
      let isShort = !word.hasPrefix("--")
      if isShort, word.contains("c") { isCommand = true }
      if isShort, word.hasSuffix("o") || word.hasSuffix("O") || word == "--rcfile" {
        words = words.dropFirst()
      }
    }
    return isCommand ? words.first?.text : words.isEmpty ? documents.first : nil
  }

  /// Returns the script that a subcommand of tmux runs or types.
  private mutating func terminal() -> ShellText? {
    skipOptions(["-L", "-S", "-f", "-c", "-T"])
    guard let verb = rest.first?.text.string else { return nil }
    rest = rest.dropFirst()
    switch verb {
    case "new-session", "new", "new-window", "neww", "split-window", "splitw", "respawn-pane":
      skipOptions(["-s", "-n", "-t", "-c", "-x", "-y", "-e", "-F", "-f", "-l", "-p"])
      guard let first = rest.first else { return nil }
      return rest.count == 1 ? first.text : Self.quoted(rest)
    case "send-keys", "send":
      skipOptions(["-t", "-N"])
      let typed = rest.filter {
        !["Enter", "ENTER", "C-m", "C-c", "Space"].contains($0.text.string)
      }
      return typed.isEmpty ? nil : Self.joined(typed[...])
    default: return nil
    }
  }

  private static func joined(_ words: ArraySlice<ShellField>) -> ShellText {
    var text = ShellText()
    for word in words {
      if !text.isEmpty { text.append(0x20, at: word.start) }
      text.append(word.text)
    }
    return text
  }

  /// Returns words as a script in which each stays one word.
  private static func quoted(_ words: ArraySlice<ShellField>) -> ShellText {
    var text = ShellText()
    for word in words {
      if !text.isEmpty { text.append(0x20, at: word.start) }
      let isOpen = word.text.isOpen
      if !isOpen { text.append(0x27, at: word.start) }
      for index in word.text.bytes.indices {
        text.append(index, of: word.text)
        guard word.text.bytes[index] == 0x27, !isOpen else { continue }
        for byte in [0x5C, 0x27, 0x27] as [UInt8] { text.append(byte, at: word.text.offset(index)) }
      }
      if !isOpen { text.append(0x27, at: word.start) }
    }
    return text
  }

  /// Returns a text as `screen` types it, without the sign for the line end.
  private static func typed(_ text: ShellText) -> ShellText {
    for end in ["\\n", "^M", "\\r", "\n", "\r", "\\015"]
    where text.bytes.suffix(end.utf8.count).elementsEqual(end.utf8) {
      return text.part(0..<(text.count - end.utf8.count))
    }
    return text
  }
}
