import Diagnostics
import Schema
import Text
import YAML

/// The words of commands, with their places.
extension ComposeSource {
  /// Returns the words of a command: a list, or a text that is split as a shell does.
  mutating func words(_ node: Node) -> [Located<String>] {
    if let items = node.items {
      for (index, item) in items.enumerated() where item.scalar?.isNull ?? false {
        refuse(
          item, "the item \(index + 1) of the list is empty, and Compose refuses the file",
          help: "write a value, in quotes if it begins with '#', or remove the item")
      }
      for item in items { tellNumber(item) }
      return items.compactMap { word($0) }
    }
    if node.entries != nil {
      refuse(node, "a command is a text or a list", help: "write '[WORD, WORD]'")
      return []
    }
    guard let written = word(node) else { return [] }
    let split = ComposeWords(written.value)
    guard let words = split.words else {
      refuse(
        node, "Compose cannot split this command into words",
        help: "close all quotes, put parentheses and backticks into quotes, or write a list")
      return []
    }
    if let end = split.end {
      tell(
        node, "Compose reads a command only up to '\(end)', and leaves out the rest",
        help: "write '[sh, -c, \"…\"]' for a shell")
    }
    return withoutComments(placed(words.map { Located($0, written.range) }, of: node), in: node)
  }

  /// Reports an item that YAML reads as a number or as true or false, where Compose accepts only texts.
  private mutating func tellNumber(_ item: Node) {
    guard let scalar = item.scalar, scalar.isPlain else { return }
    let text = scalar.text
    let isFlag = ["true", "false"].contains(text.lowercased())
    guard isFlag || Self.isNumber(item) else { return }
    refuse(
      item,
      "Compose accepts only texts in the list of a command, found \(isFlag ? "'\(text)'" : "the number \(text)")",
      help: "write it in quotes: \"\(text)\"")
  }

  /// Returns a word of a command, in which a shell of the container may replace what follows `$$`.
  private mutating func word(_ node: Node) -> Located<String>? {
    let word = text(node)
    if !isOwn, variables.escaped.contains(node.range) { variables.markOpen(node.range) }
    return word
  }

  /// Returns words without those that are meant as comments, which Compose does not have in a command.
  private mutating func withoutComments(
    _ words: [Located<String>], in node: Node
  ) -> [Located<String>] {
    let bytes = places.source.bytes
    func isComment(_ word: Located<String>) -> Bool {
      guard word.value.hasPrefix("#"), word.range != node.range else { return false }
      let start = places.offset(of: word.range.start)
      return start > 0 && start < bytes.count && bytes[start] == 0x23
        && bytes[start - 1].isASCIIBlank
    }
    var kept: [Located<String>] = []
    var line: Int?
    var isTold = false
    for word in words {
      if isComment(word) {
        line = word.range.start.line
        guard !isTold else { continue }
        isTold = true
        tell(
          ImportRules.value, word.range,
          "a command has no comments, so '\(word.value.abbreviatedName)' and the words after it are arguments",
          help: "move the comment above 'command'")
        continue
      }
      // A word of the comment that has a variable has no place of its own.
      let isUnplaced = word.range == node.range && !word.value.hasPrefix("-")
      if line != nil, word.range.start.line == line || isUnplaced { continue }
      line = nil
      kept.append(word)
    }
    return kept
  }

  /// Returns the words of a text with their own places, if the source has them as they are.
  private mutating func placed(_ words: [Located<String>], of node: Node) -> [Located<String>] {
    var index = places.offset(of: node.range.start)
    let end = min(places.offset(of: node.range.end), places.source.bytes.count)
    let isOpen = variables.open.contains(node.range)
    let isReferred = variables.referred.contains(node.range)
    var found: [Located<String>] = []
    for word in words {
      if word.value.isEmpty, let start = quotes(from: index, to: end) {
        index = start + 2
        let range = places.range(start, index)
        if isOpen { variables.markOpen(range) }
        found.append(Located("", range))
        continue
      }
      let bytes = Array(word.value.utf8)
      guard !bytes.isEmpty, let start = first(bytes, from: index, to: end) else {
        found.append(word)
        continue
      }
      index = start + bytes.count
      let range = places.range(start, index)
      if isOpen { variables.markOpen(range) }
      if isReferred, word.value.utf8.contains(0x24) { variables.markOpen(range) }
      found.append(Located(word.value, range))
    }
    return found
  }

  /// Returns the place of two quotes with nothing in between, within the next 4,000 bytes.
  private func quotes(from start: Int, to end: Int) -> Int? {
    let bytes = places.source.bytes
    let last = min(end, start + 4000) - 2
    guard start <= last else { return nil }
    return (start...last).first { [0x22, 0x27].contains(bytes[$0]) && bytes[$0] == bytes[$0 + 1] }
  }

  /// Returns the place of a word in the source, within the next 4,000 bytes.
  private func first(_ word: [UInt8], from start: Int, to end: Int) -> Int? {
    let last = min(end, start + 4000) - word.count
    guard start <= last else { return nil }
    let bytes = places.source.bytes
    for index in start...last where bytes[index] == word[0] {
      let isHere = bytes[index..<(index + word.count)].elementsEqual(word)
      guard isHere else { continue }
      // It is no part of a longer word.
      let before = index > start ? bytes[index - 1] : 0x20
      if !before.isASCIIAlphanumeric, before != 0x2D { return index }
    }
    return nil
  }
}
