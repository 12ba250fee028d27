import Catalogues
import Diagnostics
import Profiles
import Schema
import Text
import YAML

/// Reads a Modelfile of Ollama: the model, its parameters and its prompts (Ollama 0.32.15,
/// parser/parser.go, api/types.go).
enum ModelfileSource {
  /// The instructions, with the key of the runtime's section.
  private static let keys: [String: String] = [
    "template": "template", "system": "system", "adapter": "adapter", "draft": "draft",
    "license": "license", "message": "message", "renderer": "renderer", "parser": "parser",
    "requires": "requires",
  ]

  /// The instructions of other builders' files, which also begin with FROM.
  private static let ofImages: Set = [
    "run", "copy", "cmd", "entrypoint", "env", "workdir", "expose", "arg", "add", "user", "label",
    "volume", "shell", "healthcheck", "onbuild", "stopsignal", "maintainer",
  ]

  /// The parameters that Ollama accepts and ignores (parser/parser.go, deprecatedParameters).
  private static let ignored: Set = [
    "penalize_newline", "low_vram", "f16_kv", "logits_all", "vocab_only", "use_mlock", "mirostat",
    "mirostat_tau", "mirostat_eta",
  ]

  /// Whether a file is a Modelfile, and not one that builds an image.
  static func isModelfile(_ source: SourceFile) -> Bool {
    let instructions = ModelfileReader(source).instructions
    guard let first = instructions.first else { return false }
    let names = instructions.map { $0.name.value.lowercased() }
    return (names[0] == "from" || names[0] == "parameter" || keys[names[0]] != nil)
      && names.contains("from") && !names.contains { ofImages.contains($0) }
      && !first.value.value.isEmpty
  }

  /// Returns a server with the model and the options of a text, which all have one place.
  static func server(of text: String, at range: SourceRange) -> ForeignServer {
    let found = read(SourceFile(path: "Modelfile", text: text)).servers.first
    var server = ForeignServer(name: Located("model", range))
    server.pulled = (found?.pulled ?? []).map { Located($0.value, range) }
    server.options = (found?.options ?? []).map { ($0.key, $0.text, $0.isPath, range) }
    return server
  }

  /// Returns the server of a file.
  static func read(_ source: SourceFile) -> ForeignFile {
    var file = ForeignFile()
    let reader = ModelfileReader(source)
    if let place = reader.unfinished {
      file.tell(
        ImportRules.refused, in: source, place, "the text that begins here has no end",
        help: "write the same quotes at the end of the text")
    }
    for name in reader.joined where isInstruction(name.value.lowercased()) {
      file.tell(
        ImportRules.refused, in: source, name.range,
        "Ollama refuses the file: quotes follow '\(name.value)' without a space",
        help: "write a space after '\(name.value)'")
    }
    guard let runtime = Runtimes.all.first(where: { $0.sources.contains(.ollama) }),
      let program = runtime.foreign.programs.first,
      let table = LauncherTable(runtime, image: nil)
    else { return file }
    let models = reader.instructions.filter { $0.name.value.lowercased() == "from" }
    let main = models.first?.value ?? Located("", .fileStart)
    var server = ForeignServer(name: Located(name(of: source.path, main.value), main.range))
    server.command = program.map { Located($0, main.range) }
    if !main.value.isEmpty { server.pulled = [model(main)] }
    for instruction in reader.instructions {
      read(instruction, table.catalogue, source, &server, &file)
    }
    for other in models.dropFirst() {
      let isPart = part(of: other.value.value).map { $0 == part(of: main.value) } ?? false
      server.tell(
        other.name, .dropped,
        isPart
          ? "a model of several parts is named once"
          : "a profile of Ollama has one file, so the model loses its projector or adapter; a profile of llama.cpp has 'mmproj'"
      )
    }
    file.servers = [server]
    return file
  }

  private static func isInstruction(_ name: String) -> Bool {
    keys[name] != nil || ["from", "parameter"].contains(name)
  }

  /// Returns the beginning of the name of a file that is split: `model` of `model-00001-of-00002.gguf`.
  private static func part(of path: String) -> String? {
    guard let mark = path.firstRange(of: "-of-") else { return nil }
    let before = path[..<mark.lowerBound]
    guard let last = before.lastIndex(where: { !$0.isASCII || !$0.isNumber }),
      before.index(after: last) < mark.lowerBound
    else { return nil }
    return String(before[...last])
  }

  private static func read(
    _ instruction: ModelfileReader.Instruction, _ catalogue: Catalogue, _ source: SourceFile,
    _ server: inout ForeignServer, _ file: inout ForeignFile
  ) {
    let name = instruction.name.value.lowercased()
    let value = kept(instruction, source, &file)
    switch name {
    case "from":
      if value.range == server.name.range { server.tell(instruction.name, .carried) }
    case "parameter": readParameter(instruction, catalogue, source, &server, &file)
    case "license", "message":
      guard !value.value.contains(where: \.isNewline) else {
        return server.tell(instruction.name, .dropped, "a profile has it on one line")
      }
      server.addOption(name, value, isList: true)
      server.tell(instruction.name, .carried)
    case "adapter", "draft":
      server.addOption(name, value, isPath: true)
      server.tell(instruction.name, .carried)
    default:
      if name == "template", value.value.contains("{%") {
        file.tell(
          ImportRules.value, in: source, instruction.name.range,
          "Ollama reads templates of Go, and '{%' belongs to one of Jinja",
          help: "remove the template: Ollama takes that of the model's file")
      }
      if let key = keys[name] {
        server.addOption(key, value)
        server.tell(instruction.name, .carried)
        return
      }
      server.tell(instruction.name, .unknown, "Ollama has no such instruction")
      file.tellUnknown(
        name, in: source, instruction.name.range,
        "a Modelfile has no instruction '\(instruction.name.value.prefix(40))'",
        rule: ImportRules.refused, among: ["from", "parameter"] + keys.keys.sorted(),
        otherwise: "remove the line, or put a text of several lines between \"\"\"")
    }
  }

  /// Returns the value of an instruction without the characters that Ollama drops, which are reported.
  private static func kept(
    _ instruction: ModelfileReader.Instruction, _ source: SourceFile, _ file: inout ForeignFile
  ) -> Located<String> {
    let (text, dropped) = ModelFile.kept(instruction.value.value)
    if let dropped, dropped.value != 0x0D {
      let code = String(dropped.value, radix: 16, uppercase: true)
      file.tell(
        ImportRules.value, in: source, instruction.value.range,
        "Ollama drops the character U+\(code) of this text, which does not print",
        help: "check that the text means the same without it")
    }
    return Located(text, instruction.value.range)
  }

  private static func readParameter(
    _ instruction: ModelfileReader.Instruction, _ catalogue: Catalogue, _ source: SourceFile,
    _ server: inout ForeignServer, _ file: inout ForeignFile
  ) {
    let (name, value) = ModelfileReader.parameter(of: instruction.value)
    let key = Located("PARAMETER " + name.value, name.range)
    if ignored.contains(name.value) {
      server.tell(key, .dropped, "Ollama ignores it")
      return file.tell(
        ImportRules.key, in: source, name.range, "Ollama ignores the parameter '\(name.value)'",
        help: "remove the line")
    }
    guard let option = catalogue.option(variable: "PARAMETER." + name.value) else {
      server.tell(key, .unknown, "Ollama has no such parameter")
      let known = catalogue.options.compactMap { option in
        option.variable.flatMap { $0.hasPrefix("PARAMETER.") ? String($0.dropFirst(10)) : nil }
      }
      return file.tellUnknown(
        name.value, in: source, name.range,
        "Ollama has no parameter '\(name.value.prefix(40))'", rule: ImportRules.refused,
        among: known.sorted(),
        otherwise: assigned(name.value, among: known)
          ?? "remove it: Ollama refuses the file")
    }
    if name.value == "stop", let escape = ["\\n", "\\t", "\\r"].first(where: value.value.contains) {
      file.tell(
        ImportRules.value, in: source, value.range,
        "Ollama reads '\(escape)' as two characters, so no answer ends at '\(value.value.abbreviated)'",
        help: "write the line break itself in the text: PARAMETER stop \"\"\"…\"\"\"")
    }
    let isList = option.count == .repeated
    server.addOption(
      option.names[0].asKey, value, isList: isList, isText: option.kind == .text)
    server.tell(key, .carried)
  }

  /// Returns help for a parameter that is written like an assignment; nil if it is not.
  private static func assigned(_ name: String, among known: [String]) -> String? {
    let parts = name.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, known.contains(parts[0]) else { return nil }
    return "write a space in place of '=': '\(parts[0]) \(parts[1].abbreviated)'"
  }

  /// Returns the model as a profile names it: a file of the machine as a path, others as written.
  private static func model(_ written: Located<String>) -> Located<String> {
    let text = written.value
    let isFile =
      text.lowercased().hasSuffix(".gguf") && !text.hasPrefix("/") && !text.hasPrefix("~")
      && !text.hasPrefix(".")
    return Located(isFile ? "./" + text : text, written.range)
  }

  /// Returns a name: that of the file, such as `coder` of `coder.Modelfile`, or else of its model.
  private static func name(of path: String, _ model: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? ""
    let parts = file.split(separator: ".").map(String.init)
    let own = parts.first { $0.lowercased() != "modelfile" && $0 != "txt" }
    if parts.contains(where: { $0.lowercased() == "modelfile" }), let own { return own }
    let last = model.split(separator: "/").last.map(String.init) ?? model
    return last.hasSuffix(".gguf") ? String(last.dropLast(5)) : last
  }
}

extension ForeignServer {
  /// Adds a key of the runtime's section; a list gets one more item, and another value is replaced.
  mutating func addOption(
    _ key: String, _ value: Located<String>, isList: Bool = false, isPath: Bool = false,
    isText: Bool = true
  ) {
    let isPlain =
      !isText && (Double(value.value) != nil || ["true", "false"].contains(value.value))
    let text = isPlain || isPath ? value.value : ImportedText.quoted(value.value)
    let place = options.firstIndex { $0.key == key }
    if isList {
      if let place {
        options[place].text = options[place].text.dropLast() + ", \(text)]"
      } else {
        options.append((key, "[\(text)]", false, value.range))
      }
    } else if let place {
      options[place] = (key, text, isPath, value.range)
    } else {
      options.append((key, text, isPath, value.range))
    }
  }
}
