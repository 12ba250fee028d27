import CLibYAML
import Diagnostics

/// What libyaml reports.
///
/// What an event carries is asked of the parser while the event is the current one: plain bytes
/// cost nothing to hand on, and most events have neither anchor nor tag.
struct Event {
  enum Kind {
    case scalar
    case alias
    case sequenceStart
    case mappingStart
    case collectionEnd
    case documentStart
    case streamEnd
    /// Stream start and document end, which carry nothing.
    case other
  }

  let kind: Kind
  let range: SourceRange
}

/// What stopped libyaml.
struct ParseFailure: Error {
  let rule: Rule
  let position: SourcePosition
  let message: String
  /// Where the construct began in which the problem was found.
  let context: (position: SourcePosition, message: String)?
}

/// libyaml's event parser over bytes in memory; the only file that touches C.
@safe struct EventParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// The current event; empty before the first.
  private let event: UnsafeMutablePointer<yaml_event_t>
  private let source: SourceFile
  /// The file's last line, counted from 0 as libyaml does; where a line feed ends it, libyaml knows.
  private let lastLine: Int

  /// - Parameters:
  ///   - bytes: The text; it must stay alive and in place as long as the parser.
  ///   - source: The file that the bytes are of, for positions.
  init(_ bytes: UnsafeBufferPointer<UInt8>, of source: SourceFile) {
    unsafe parser = .allocate(capacity: 1)
    unsafe event = .allocate(capacity: 1)
    unsafe event.initialize(to: yaml_event_t())
    self.source = source
    lastLine = source.bytes.last == 0x0A ? .max : source.bytes.count { $0 == 0x0A }
    let ready = unsafe yaml_parser_initialize(parser)
    precondition(ready == 1, "out of memory")
    // Said, not guessed: UTF-16 then fails as what it is here, bytes that are no UTF-8.
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    unsafe yaml_parser_set_input_string(parser, bytes.baseAddress, bytes.count)
  }

  deinit {
    unsafe yaml_event_delete(event)
    unsafe event.deallocate()
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
  }

  /// Moves on to the next event.
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

  /// The text of the current event, a scalar.
  var scalar: Node.Scalar {
    let scalar = unsafe event.pointee.data.scalar
    let text = unsafe String(
      decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
    let isPlain =
      unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
      && (scalar.tag == nil || string(scalar.tag) != "tag:yaml.org,2002:str")
    return Node.Scalar(text: text, isPlain: isPlain)
  }

  /// The anchor that the current event, an alias, names.
  var aliasedAnchor: String { unsafe string(event.pointee.data.alias.anchor) ?? "" }

  /// What stands before the current event's value, `&anchor` and `!tag`; nil where neither does.
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
      // A bad byte carries an offset only.
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

  /// libyaml counts the offset of a control character from a place that moves with its buffer, so
  /// the byte is looked for here.
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

  /// Where a mark stands; at the end of a file libyaml takes one more line for begun.
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
  /// Whether YAML lets the character stand in a file (YAML 1.2, production c-printable).
  fileprivate var isYAMLPrintable: Bool {
    switch value {
    case 0x09, 0x0A, 0x0D, 0x20...0x7E, 0x85, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...: true
    default: false
    }
  }
}
