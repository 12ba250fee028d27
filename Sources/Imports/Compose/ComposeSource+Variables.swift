import Diagnostics
import Schema
import Text
import YAML

/// The variables of a Compose file that have no value.
extension ComposeSource {
  /// Reports variables that nothing sets, and references that Compose cannot replace.
  mutating func tellVariables() {
    for (name, message, range) in variables.required {
      let said = message.isEmpty ? "" : ": \(message.abbreviated)"
      tell(
        ImportRules.variable, place(of: name, in: range),
        "Compose stops, because nothing sets '\(name)'\(said)",
        help: "set it in '.env' next to the file")
    }
    let unset = variables.unset.filter { found in
      !variables.required.contains { $0.name == found.name }
    }.map { (name: $0.name, range: place(of: $0.name, in: $0.range)) }
    if let first = unset.first {
      // Without a file for variables, all of them are missing for one reason.
      let isOne = !variables.hasFile && unset.count > 1
      for (name, range) in isOne ? [first] : unset {
        let others = isOne ? " and \(Phrase.count(unset.count - 1, "other"))" : ""
        findings.append(
          Diagnostic(
            ImportRules.variable, at: SourceLocation(source, range),
            "nothing sets the variable '\(name)'\(others), so \(isOne ? "they are" : "it is") empty",
            help: [helpForUnset(name, at: range)],
            notes: isOne
              ? unset.dropFirst().prefix(20).map { other in
                .init(SourceLocation(source, other.range), "nothing sets '\(other.name)'")
              } : []))
      }
    }
    if variables.isExhausted {
      tell(
        ImportRules.value, .fileStart,
        "the variables make the file longer than \(Interpolation.limit) bytes, which amm does not read",
        help: "use fewer variables, or shorter values")
    }
    for reference in variables.broken {
      tell(
        ImportRules.variable, reference.range,
        "Compose cannot replace the variable in '\(reference.value.abbreviated)'",
        help: "write '$$' for a dollar sign")
    }
  }

  /// Records which variables the shell of a service's container has.
  mutating func recordVariables(of node: Node, _ server: ForeignServer) {
    let names = Set(server.variables.filter { $0.value != nil }.map(\.name.value))
    for key in ["command", "entrypoint"] {
      guard let place = node[key]?.range, Recognition.script(in: server.words) != nil else {
        continue
      }
      ofContainers.append((place.start.line...max(place.start.line, place.end.line), names))
    }
  }

  /// Returns help for a variable that nothing sets where Compose replaces it.
  private func helpForUnset(_ name: String, at range: SourceRange) -> String {
    ofContainers.contains { $0.lines.contains(range.start.line) && $0.names.contains(name) }
      ? "write '$$\(name)', so that the shell in the container replaces it: 'environment' sets it only there"
      : "set it in '.env' next to the file, or write '${\(name):-DEFAULT}'"
  }

  /// Returns the place of a variable within a text.
  private func place(of name: String, in range: SourceRange) -> SourceRange {
    let start = places.offset(of: range.start)
    let end = min(places.offset(of: range.end), places.source.bytes.count)
    guard start < end else { return range }
    for written in ["${" + name, "$" + name] {
      let bytes = Array(written.utf8)
      var index = start
      while let found = places.source.bytes[index..<end].firstIndex(of: 0x24) {
        if places.source.bytes[found..<end].starts(with: bytes) {
          return places.range(found, found + bytes.count)
        }
        index = found + 1
      }
    }
    return range
  }

  // MARK: Files with variables

  /// Reads a file under `env_file`, whose variables those of the service override.
  mutating func readVariables(of node: Node, into server: inout ForeignServer) {
    guard let named = text(node["path"] ?? node) else { return }
    guard let path = NearbyFiles.path(of: named.value, in: folder(of: named.range) ?? "") else {
      return server.variableFiles.append(named)
    }
    if !nearby.isKnown(path) { wanted.insert(path) }
    guard let file = nearby[path] else {
      if nearby.hasFolder, text(node["required"])?.value == "false" {
        return server.tell(named, .dropped, "it is not there, and the file does not require it")
      }
      // A service of a profile that is not chosen needs none of its files. A file with secrets is often in
      // no repository, and several services use it.
      if nearby.isMissing(path), !server.isAlternative, missingFiles.insert(path).inserted {
        tell(
          ImportRules.unreadable, named.range,
          "there is no file '\(named.value.abbreviated)', and Compose starts nothing without it",
          help: "create it, or write '{path: \(named.value.abbreviated), required: false}'")
      }
      return server.variableFiles.append(named)
    }
    restOfVariables -= file.bytes.count
    guard restOfVariables >= 0 else { return server.variableFiles.append(named) }
    let isRaw = text(node["format"])?.value == "raw"
    var known = Interpolation(like: variables)
    for (name, value) in server.variables {
      if let value, known.value(of: name.value) == nil { known.define(name.value, value) }
    }
    let read = VariableFile(file, as: isRaw ? .plain : .compose, after: known)
    if let fault = read.fault { tell(fault, of: file) }
    let shift = variableFileShifts[path] ?? files.add(file)
    variableFileShifts[path] = shift
    server.add(read, at: shift, named)
  }
}

extension ForeignServer {
  /// Adds the variables of a file, which those that the server has already override.
  mutating func add(_ read: VariableFile, at shift: Int, _ named: Located<String>) {
    var known: [String: Int] = [:]
    for (index, variable) in variables.enumerated() { known[variable.name.value] = index }
    tell(named, .changed, "its variables are read as those of the server")
    for variable in read.variables {
      let place = SourcePosition(line: variable.line + shift, column: 1)
      let end = SourcePosition(
        line: place.line, column: 1 + variable.name.unicodeScalars.count)
      let range = SourceRange(start: place, end: end)
      let new = (name: Located(variable.name, range), value: variable.value)
      if let index = known[variable.name] {
        guard ofFiles.contains(variables[index].name.range) else { continue }
        variables[index] = new
      } else {
        known[variable.name] = variables.count
        variables.append(new)
      }
      ofFiles.insert(range)
      referred.insert(range)
      if variable.isOpen { open.insert(range) }
    }
  }
}
