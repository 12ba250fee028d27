import CLibYAML
import Diagnostics

/// An event that libyaml reports.
///
/// The parser provides an event's text, anchor and tag while the event is the current one. Plain
/// bytes are free to pass on, and most events have neither anchor nor tag.
struct Event {
  enum Kind {
    case scalar
    case alias
    case sequenceStart
    case mappingStart
    case collectionEnd
    case documentStart
    case streamEnd
    /// Stream start and document end, which carry no data.
    case other
  }

  let kind: Kind
  let range: SourceRange
}

/// The error that stopped libyaml.
struct ParseFailure: Error {
  let rule: Rule
  let position: SourcePosition
  let message: String
  /// Where the construct that contains the problem began.
  let context: (position: SourcePosition, message: String)?
}

/// libyaml's event parser over bytes in memory; the only file in this module that calls C.
@safe struct EventParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// The current event; empty before the first.
  private let event: UnsafeMutablePointer<yaml_event_t>
  private let source: SourceFile
  /// The last line, counted from 0 as libyaml does; `.max` if a line feed ends the file.
  private let lastLine: Int

  /// Creates a parser.
  ///
  /// - Parameters:
  ///   - bytes: The text; it must stay alive and in place as long as the parser.
  ///   - source: The file that contains the bytes, for positions.
  init(_ bytes: UnsafeBufferPointer<UInt8>, of source: SourceFile) {
    unsafe parser = .allocate(capacity: 1)
    unsafe event = .allocate(capacity: 1)
    unsafe event.initialize(to: yaml_event_t())
    self.source = source
    lastLine = source.bytes.last == 0x0A ? .max : source.bytes.count { $0 == 0x0A }
    let ready = unsafe yaml_parser_initialize(parser)
    precondition(ready == 1, "out of memory")
    // Set the encoding, so that UTF-16 fails as invalid UTF-8 instead of being detected.
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_event_delete(event)
    unsafe event.deallocate()
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
  }

  /// Advances to the next event.
  mutating func next() throws(ParseFailure) -> Event {
    unsafe yaml_event_delete(event)
    guard unsafe yaml_parser_parse(parser, event) == 1 else { throw failure() }
    let kind: Event.Kind =
      switch unsafe event.pointee.type {
      case YAML_SCALAR_EVENT: .scalar
      case YAML_ALIAS_EVENT: .alias
      case YAML_SEQUENCE_START_EVENT: .sequenceStart
      case YAML_MAPPING_START_EVENT: .mappingStart
      case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: .collectionEnd
      case YAML_DOCUMENT_START_EVENT: .documentStart
      case YAML_STREAM_END_EVENT: .streamEnd
      default: .other
      }
    return unsafe Event(
      kind: kind,
      range: SourceRange(
        start: position(event.pointee.start_mark), end: position(event.pointee.end_mark)))
  }

  /// The scalar of the current event.
  var scalar: Node.Scalar {
    let scalar = unsafe event.pointee.data.scalar
    let text = unsafe String(
      decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
    let isPlain =
      unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
      && (scalar.tag == nil || string(scalar.tag) != "tag:yaml.org,2002:str")
    return Node.Scalar(text: text, isPlain: isPlain)
  }

  /// The anchor that the current event, an alias, refers to.
  var aliasedAnchor: String { unsafe string(event.pointee.data.alias.anchor) ?? "" }

  /// The current event's `&anchor` and `!tag`; nil if it has neither.
  var properties: (anchor: String?, tag: String?)? {
    let (anchor, tag) = unsafe bareProperties
    guard unsafe anchor != nil || tag != nil else { return nil }
    return unsafe (string(anchor), string(tag))
  }

  private var bareProperties:
    (anchor: UnsafeMutablePointer<yaml_char_t>?, tag: UnsafeMutablePointer<yaml_char_t>?)
  {
    switch unsafe event.pointee.type {
    case YAML_SCALAR_EVENT:
      unsafe (event.pointee.data.scalar.anchor, event.pointee.data.scalar.tag)
    case YAML_SEQUENCE_START_EVENT:
      unsafe (event.pointee.data.sequence_start.anchor, event.pointee.data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT:
      unsafe (event.pointee.data.mapping_start.anchor, event.pointee.data.mapping_start.tag)
    default: (nil, nil)
    }
  }

  private func failure() -> ParseFailure {
    let problem = unsafe string(parser.pointee.problem) ?? "the text could not be read"
    guard unsafe parser.pointee.error != YAML_READER_ERROR else {
      // For a bad byte, libyaml reports only an offset.
      let rule = problem.hasPrefix("control") ? YAMLRules.controlCharacter : YAMLRules.notUTF8
      return ParseFailure(
        rule: rule, position: source.position(ofByte: readerErrorOffset()),
        message: rule == YAMLRules.notUTF8 ? "this is not UTF-8 text (\(problem))" : problem,
        context: nil)
    }
    let context = unsafe string(parser.pointee.context).map {
      unsafe (position: position(parser.pointee.context_mark), message: $0)
    }
    return unsafe ParseFailure(
      rule: YAMLRules.syntax, position: position(parser.pointee.problem_mark),
      message: problem, context: context)
  }

  /// Returns the offset of the first bad byte.
  ///
  /// The offset that libyaml reports for a control character is relative to its moving buffer.
  private func readerErrorOffset() -> Int {
    let bytes = source.bytes
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    var offset = 0
    decoding: while true {
      switch decoder.decode(&iterator) {
      case .scalarValue(let scalar):
        guard scalar.isYAMLPrintable else { return offset }
        offset += UTF8.width(scalar)
      case .emptyInput: break decoding
      case .error: return offset
      }
    }
    return offset
  }

  /// Returns the position of a mark.
  ///
  /// At the end of a file, libyaml counts one more line.
  @inline(__always) private func position(_ mark: yaml_mark_t) -> SourcePosition {
    mark.line > lastLine
      ? source.position(ofByte: source.bytes.count)
      : SourcePosition(line: mark.line + 1, column: mark.column + 1)
  }

  private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    unsafe pointer.map { unsafe String(cString: $0) }
  }

  private func string(_ pointer: UnsafePointer<CChar>?) -> String? {
    unsafe pointer.map { unsafe String(cString: $0) }
  }
}

extension UnicodeScalar {
  /// Whether YAML allows the character in a file (YAML 1.2, production c-printable).
  fileprivate var isYAMLPrintable: Bool {
    switch value {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...: true
    default: false
    }
  }
}
