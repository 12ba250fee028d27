import Text

/// Collects the words that one word becomes.
struct FieldBuilder {
  private let start: Int
  private let end: Int
  private var fields: [ShellField] = []
  private var current = ShellText()
  private var hasCurrent = false

  init(start: Int, end: Int) {
    self.start = start
    self.end = end
  }

  /// Adds a text, and splits it at spaces if the shell does.
  mutating func add(_ text: ShellText, isQuoted: Bool, splits: Bool) {
    guard splits else {
      if isQuoted || !text.isEmpty { hasCurrent = true }
      current.append(text)
      return
    }
    for (index, byte) in text.bytes.enumerated() {
      // What is open is one value, however it is written.
      if byte == 0x20 || byte == 0x09 || byte == 0x0A, !text.isOpen(at: index) {
        endField()
      } else {
        hasCurrent = true
        current.append(index, of: text)
      }
    }
  }

  /// Adds the elements of an array: each one a word, or all of them in one.
  mutating func add(_ elements: [ShellField], isQuoted: Bool, isJoined: Bool) {
    for (index, element) in elements.enumerated() {
      if element.isList {
        addList(element.text)
        continue
      }
      if index > 0 {
        if isQuoted, isJoined {
          var blank = ShellText()
          blank.append(0x20, at: element.text.offset(0))
          current.append(blank)
        } else {
          endField()
        }
      }
      add(element.text, isQuoted: isQuoted, splits: !isQuoted)
    }
  }

  /// Adds any number of words that are not known.
  mutating func addList(_ written: ShellText) {
    endField()
    fields.append(ShellField(text: written, start: start, end: end, isList: true))
  }

  private mutating func endField() {
    if hasCurrent { fields.append(ShellField(text: current, start: start, end: end)) }
    current = ShellText()
    hasCurrent = false
  }

  /// Returns the words; if there are several, each with its own place.
  mutating func finish() -> [ShellField] {
    endField()
    guard fields.count > 1 else { return fields }
    return fields.map { field in
      guard !field.text.isEmpty, !field.isList else { return field }
      var field = field
      let (first, last) = (field.text.offset(0), field.text.offset(field.text.count))
      // A word of texts from several places has that of the reference.
      guard last > first, last - first <= field.text.count * 4 + 16 else { return field }
      (field.start, field.end) = (first, last)
      return field
    }
  }
}

/// Expansion of braces: `a{b,c}` becomes `ab ac`, and `{1..3}` becomes `1 2 3`.
enum ShellBraces {
  private static let limit = 64

  /// Returns whether a word has a brace without quotes.
  static func mayExpand(_ parts: [ShellPart]) -> Bool {
    parts.contains {
      if case .literal(let text, false) = $0 { return text.bytes.contains(0x7B) }
      return false
    }
  }

  /// Returns the words that the braces of a word make; the word itself if it has none.
  static func expand(_ parts: [ShellPart]) -> [[ShellPart]] {
    var done: [[ShellPart]] = []
    var open = [parts]
    while let next = open.popLast() {
      guard done.count + open.count < limit else { return [parts] }
      if let expanded = first(next) { open += expanded.reversed() } else { done.append(next) }
    }
    return done
  }

  /// A place in a word: the number of a part, and a byte of its literal.
  private typealias Place = (part: Int, byte: Int)
  private typealias Braces = (open: Place, commas: [Place], close: Place)

  /// Replaces the first braces that have alternatives, the outer before the inner; nil if there are none.
  private static func first(_ parts: [ShellPart]) -> [[ShellPart]]? {
    guard let (open, commas, close) = braces(parts) else { return nil }
    if commas.isEmpty, case .literal(let text, _) = parts[open.part] {
      return sequence(text, open.byte, close.byte)?.map { number in
        cut(parts, from: (0, 0), to: open) + [.literal(number, isQuoted: false)]
          + cut(parts, from: (close.part, close.byte + 1), to: (parts.count, 0))
      }
    }
    return alternatives(parts, open, commas, close)
  }

  private static func braces(_ parts: [ShellPart]) -> Braces? {
    var opens: [(open: Place, commas: [Place])] = []
    var found: Braces?
    for (number, part) in parts.enumerated() {
      guard case .literal(let text, false) = part else { continue }
      for (index, byte) in text.bytes.enumerated() {
        switch byte {
        case 0x7B: opens.append(((number, index), []))
        case 0x2C where !opens.isEmpty: opens[opens.count - 1].commas.append((number, index))
        case 0x7D:
          guard let last = opens.popLast() else { continue }
          let isSequence = last.open.part == number && sequence(text, last.open.byte, index) != nil
          if !last.commas.isEmpty || isSequence, found.map({ last.open < $0.open }) ?? true {
            found = (last.open, last.commas, (number, index))
          }
          if opens.isEmpty, let found { return found }
        default: break
        }
      }
    }
    return found
  }

  private static func alternatives(
    _ parts: [ShellPart], _ open: Place, _ commas: [Place], _ close: Place
  ) -> [[ShellPart]] {
    let before = cut(parts, from: (0, 0), to: open)
    let after = cut(parts, from: (close.part, close.byte + 1), to: (parts.count, 0))
    var start: Place = (open.part, open.byte + 1)
    var all: [[ShellPart]] = []
    for stop in commas + [close] {
      all.append(before + cut(parts, from: start, to: stop) + after)
      start = (stop.part, stop.byte + 1)
    }
    return all
  }

  /// Returns the parts between two places.
  private static func cut(
    _ parts: [ShellPart], from start: Place, to stop: Place
  ) -> [ShellPart] {
    var found: [ShellPart] = []
    for number in start.part..<min(parts.count, stop.part + 1) {
      guard case .literal(let text, let isQuoted) = parts[number] else {
        if number < stop.part { found.append(parts[number]) }
        continue
      }
      let first = number == start.part ? start.byte : 0
      let last = number == stop.part ? stop.byte : text.count
      guard first < last else {
        // Empty quotes make a word.
        if isQuoted, text.isEmpty { found.append(parts[number]) }
        continue
      }
      found.append(.literal(text.part(first..<last), isQuoted: isQuoted))
    }
    return found
  }

  /// Returns the numbers of `{1..3}`.
  private static func sequence(_ text: ShellText, _ open: Int, _ close: Int) -> [ShellText]? {
    let inside = String(decoding: text.bytes[(open + 1)..<close], as: UTF8.self)
    guard let dots = inside.firstRange(of: ".."), let first = Int(inside[..<dots.lowerBound]),
      let last = Int(inside[dots.upperBound...]), abs(first) < 1_000_000, abs(last) < 1_000_000,
      abs(last - first) < limit
    else { return nil }
    return stride(from: first, through: last, by: first <= last ? 1 : -1).map { number in
      var value = ShellText()
      for byte in String(number).utf8 { value.append(byte, at: text.offset(open)) }
      return value
    }
  }
}
