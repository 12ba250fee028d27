import Catalogues
import Deployments
package import Diagnostics
import Schema
import Values
import YAML

extension Runtime {
  package static func readSection(
    of document: inout ProfileDocument, _ collector: DiagnosticCollector
  ) {
    guard let index = document.runtimeSections.firstIndex(where: { $0.runtime == name }) else {
      return
    }
    let image = document.container?.value.image?.value
    var reader = SectionReader<Self, Options>(document, Options(), collector, image)
    reader.read(document.runtimeSections[index].node)
    document = reader.document
    document.runtimeSections[index].options = RuntimeOptions(reader.options)
    document.runtimeSections[index].others = reader.others
  }
}

extension Runtime {
  /// Returns the value that a field reads from a node; nil if the field rejects the node.
  static func value(of node: Node, in place: FieldPlace) -> Value? {
    let collector = DiagnosticCollector(SourceFile(path: "", text: ""))
    var reader = SectionReader<Self, Options>(ProfileDocument(), Options(), collector, nil)
    reader.take(node, in: place, Reading(collector, key: place.path))
    guard collector.diagnostics.isEmpty else { return nil }
    return reader.value(in: place)?.value
  }
}

/// Reads a runtime's own section: amm's own fields, under any of their names, and every other
/// option of the launcher.
///
/// The type has no constraints on its parameters. A constraint would cost a lookup of conformances
/// for each runtime at each start: 0.15 million instructions each.
private struct SectionReader<R, Options> {
  /// The document, with the common settings that the section holds under the launcher's names.
  private(set) var document: ProfileDocument
  private(set) var options: Options
  private(set) var others: [Settings.Own] = []
  let collector: DiagnosticCollector
  let image: ImageReference?
  /// The key and place of each option that was read, by its first name.
  private var places: [String: (key: String, range: SourceRange)] = [:]

  init(
    _ document: ProfileDocument, _ options: Options, _ collector: DiagnosticCollector,
    _ image: ImageReference?
  ) {
    self.document = document
    self.options = options
    self.collector = collector
    self.image = image
  }
}

extension SectionReader where R: Runtime, Options == R.Options {
  mutating func read(_ node: Node) {
    var unknown: [Node.Entry] = []
    let read = R.Options.fields.read(
      withoutSizes(node), Reading(collector, key: R.sectionKey)
    ) { entry in
      unknown.append(entry)
      let spelled = entry.key.underscored
      return R.Options.fields.keys.contains(spelled) ? spelled : nil
    }
    guard let read else { return }
    options = read
    guard !unknown.isEmpty else { return }
    let table = LauncherTable(R.self, image: image)
    // What a total means depends on the other settings.
    let totals = unknown.filter { isTotal($0, table) }
    for entry in unknown where !isTotal(entry, table) { take(entry, table) }
    for entry in totals { take(entry, table) }
  }

  /// Whether an entry is the launcher's own option for a field that amm computes it from.
  private func isTotal(_ entry: Node.Entry, _ table: LauncherTable?) -> Bool {
    guard let option = table?.option(key: entry.key, of: R.self)?.option,
      case .common(let field)? = option.allNames.firstValue({ R.field(setBy: $0) }),
      case .computed? = R.option(for: field)
    else { return false }
    return true
  }

  /// Returns the section with sizes such as `32k` as plain numbers, for amm's own fields.
  private func withoutSizes(_ node: Node) -> Node {
    guard let entries = node.entries,
      entries.contains(where: { $0.value.scalar.map { Size($0.text) != nil } ?? false }),
      let table = LauncherTable(R.self, image: image)
    else { return node }
    return Node(
      .mapping(
        entries.map { entry in
          guard table.catalogue.option(key: entry.key)?.option.kind == .size else { return entry }
          return Node.Entry(
            key: entry.key, keyRange: entry.keyRange, value: entry.value.unabridged)
        }), node.range)
  }

  private func reading(_ entry: Node.Entry) -> Reading {
    Reading(collector, key: R.sectionKey + "." + entry.key.abbreviated)
  }

  private mutating func take(_ entry: Node.Entry, _ table: LauncherTable?) {
    let spelled = entry.key.underscored
    if R.Options.fields.keys.contains(spelled) {
      return take(.own(section: R.sectionKey, key: spelled), entry, entry.value, nil)
    }
    guard let table, let (option, name) = table.option(key: entry.key, of: R.self) else {
      return refuse(entry, table)
    }
    let value = option.off.contains(name) ? entry.value.inverted : entry.value
    // Requests share the launcher's total, and the field is for each of them.
    let requests = self.value(in: .common(.maxBatchSize))?.value ?? 1
    if let place = option.allNames.firstValue({ R.field(setBy: $0) }),
      requests == 1 || !isTotal(entry, table) || self.value(in: place) != nil
    {
      return take(place, entry, value, option)
    }
    guard !option.allNames.contains(where: R.reserved.contains) else {
      collector.emit(
        Checks.reservedSetting.rule, entry.keyRange, "amm sets '\(option.names[0])' itself",
        help: "use the corresponding field, or the instance's settings")
      return
    }
    if let before = places[option.names[0]] {
      return tellTwice(entry, as: before.key, at: before.range)
    }
    places[option.names[0]] = (R.sectionKey + "." + entry.key, entry.keyRange)
    takeOther(entry, value, option)
  }

  /// Reads an option that amm has no field for.
  private mutating func takeOther(
    _ entry: Node.Entry, _ node: Node, _ option: CatalogueOption
  ) {
    guard let (place, value) = option.read(node, reading(entry), R.self) else { return }
    for text in value.texts {
      guard let problem = R.problem(with: text, of: option) else { continue }
      reading(entry).refuse(entry.value, Refusal(problem))
      return
    }
    others.append(
      Settings.Own(
        section: R.sectionKey, name: entry.key, option: place,
        value: Located(value, entry.value.range), since: nil, until: nil))
  }

  /// Reads an option of a version without a table; the form of the value determines how it is
  /// passed.
  private mutating func takeUntabled(_ entry: Node.Entry) {
    let name = "--" + String(entry.key.map { $0 == "_" ? "-" : $0 })
    guard Argument(name) != nil else { return }
    let value = entry.value.plainData
    let place: LaunchOption =
      switch value {
      case .boolean: .flag(name)
      case .list: .words(name)
      case .set: .object(name)
      default: .argument(name)
      }
    others.append(
      Settings.Own(
        section: R.sectionKey, name: entry.key, option: place,
        value: Located(value, entry.value.range), since: nil, until: nil))
  }

  /// Reads a field that amm has, under another of its names.
  private mutating func take(
    _ place: FieldPlace, _ entry: Node.Entry, _ node: Node, _ option: CatalogueOption?
  ) {
    if let written = value(in: place) { return tellTwice(entry, as: place.path, at: written.range) }
    let reading = reading(entry)
    // A word that the launcher accepts but the field does not is passed on as it is.
    if let option, let word = node.scalar?.text, option.choices.contains(word),
      R.value(of: node, in: place) == nil
    {
      return takeOther(entry, node, option)
    }
    let node = option?.kind == .size ? node.unabridged : node
    take(node, in: place, reading)
  }

  mutating func take(_ node: Node, in place: FieldPlace, _ reading: Reading) {
    switch place {
    case .common(let field):
      if Performance.fields.keys.contains(field.rawValue) {
        Performance.fields.take(
          field.rawValue, from: node, reading, into: &document.performance)
      } else {
        Parameters.fields.take(field.rawValue, from: node, reading, into: &document.parameters)
      }
    case .own(_, let key): R.Options.fields.take(key, from: node, reading, into: &options)
    }
  }

  /// Returns the current value of a field.
  func value(in place: FieldPlace) -> Located<Value>? {
    switch place {
    case .common(let field):
      Parameters.fields.value(of: field.rawValue, in: document.parameters)
        ?? Performance.fields.value(of: field.rawValue, in: document.performance)
    case .own(_, let key): R.Options.fields.value(of: key, in: options)
    }
  }

  private func tellTwice(_ entry: Node.Entry, as path: String, at range: SourceRange) {
    collector.emit(
      Checks.settingTwice.rule, entry.keyRange,
      "'\(R.sectionKey).\(entry.key)' is the same setting as '\(path)'",
      help: "remove one of the two", notes: [collector.note(range, "the other one is here")])
  }

  /// Reports a key that the launcher does not have, and suggests the intended one.
  private mutating func refuse(_ entry: Node.Entry, _ table: LauncherTable?) {
    guard !collector.isFull else { return }
    let name = entry.key.abbreviated
    let known =
      R.Options.fields.keys + (table?.catalogue.options.map { $0.names[0].asKey } ?? [])
    let message = "unknown key '\(name)' in '\(R.sectionKey)'"
    let help = UnknownOption.help(key: entry.key, in: R.self, known: known, table: table)
    let isSure = table?.isSure { $0.option(key: entry.key) == nil } ?? true
    let isDashed = UnknownOption.undashed(entry.key, among: known) != nil
    let release =
      isDashed
      ? "" : table.map { ": \($0.title(of: R.self, isSure: isSure)) has no such option" } ?? ""
    if !isSure {
      takeUntabled(entry)
      collector.emit(Checks.notInTables.rule, entry.keyRange, message + release, help: help)
      return
    }
    let meant = Suggestion.nearest(to: entry.key, among: known)
    collector.emit(
      Diagnostic(
        SchemaRules.unknownKey, at: SourceLocation(collector.source, entry.keyRange),
        message + release, help: [help],
        mend: help.hasPrefix("did you mean")
          ? meant.map { .replace(entry.keyRange, with: $0) } : nil))
  }
}

extension Value {
  /// The texts in a value.
  fileprivate var texts: [String] {
    switch self {
    case .text(let text): [text]
    case .list(let items): items.flatMap(\.texts)
    default: []
    }
  }
}

extension String {
  /// The key in amm's form, with `_` for `-`.
  var underscored: String { String(map { $0 == "-" ? "_" : $0 }) }

  /// An option's name as a key of a section.
  package var asKey: String { String(drop { $0 == "-" }).underscored }
}

extension Node {
  /// The node with `true` and `false` swapped, for a name that switches an option off.
  fileprivate var inverted: Node {
    guard let scalar, scalar.isPlain, scalar.text == "true" || scalar.text == "false" else {
      return self
    }
    let text = scalar.text == "true" ? "false" : "true"
    return Node(.scalar(Scalar(text: text, isPlain: true)), range)
  }

  /// The node with `32k` as `32000` and `32K` as `32768` (vLLM, engine/arg_utils.py,
  /// human_readable_int).
  fileprivate var unabridged: Node {
    guard let scalar, let size = Size(scalar.text) else { return self }
    return Node(.scalar(Scalar(text: String(size.number), isPlain: true)), range)
  }
}
