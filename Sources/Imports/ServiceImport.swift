import Diagnostics
import Profiles
import Schema
import Text

/// The names of secrets that the user has to create, each once, in their order.
struct SecretNames {
  private(set) var all: [String] = []
  private var known: Set<String> = []

  mutating func add(_ name: String) {
    if known.insert(name).inserted { all.append(name) }
  }
}

/// What the imports of servers and of companions have in common.
protocol ServiceImport {
  var server: ForeignServer { get }
  var source: SourceFile { get }
  /// The name that it gets in the workspace.
  var name: String { get }
  /// The folder of the source, for relative paths; nil if it is not known.
  var folder: String? { get }
  var findings: [Diagnostic] { get set }
  var fates: [Fate] { get set }
}

extension ServiceImport {
  mutating func tell(
    _ rule: Rule, _ range: SourceRange, _ message: String, help: String
  ) {
    findings.append(
      Diagnostic(rule, at: SourceLocation(source, range), message, help: [help]))
  }

  /// Records a value that is known only when the server starts.
  mutating func tellOpen(_ name: Located<String>, _ value: Located<String>) {
    let reason =
      NixSource.isOpen(value.value)
      ? NixSource.reason(ofOpen: value.value)
      : value.value == "${…}"
        ? "its value is empty, or known only when the server starts"
        : "its value '\(value.value.abbreviatedName)' is known only when the server starts"
    fates.append(Fate(key: name, kind: .unknown, reason: reason))
  }

  /// Reports a secret that has its value in the file.
  mutating func tellSecret(_ name: Located<String>, _ value: Located<String>, _ secret: String) {
    guard !value.value.hasPrefix("$"), !server.referred.contains(value.range),
      !Secrets.isPlaceholder(value.value)
    else { return }
    tell(
      ImportRules.secret, value.range, "'\(name.value.abbreviatedName)' has its value in the file",
      help: "run 'podman secret create \(secret) FILE', and remove the value")
  }

  /// Returns a path of the machine that amm accepts: absolute, or below the home folder.
  func absolute(_ path: String) -> String {
    if path.hasPrefix("$HOME") { return "~" + path.dropFirst(5) }
    if path.hasPrefix("${HOME}") { return "~" + path.dropFirst(7) }
    if path.hasPrefix("%h") { return "~" + path.dropFirst(2) }
    for here in ["$PWD", "${PWD}", "$(pwd)"] where path.hasPrefix(here) {
      return absolute("." + path.dropFirst(here.utf8.count))
    }
    if path.holds("/../") || path.holds("/./") {
      if path.hasPrefix("/") { return Self.joined(path[...]) }
      if path.hasPrefix("~/") { return "~" + Self.joined(path.dropFirst()) }
    }
    guard path.hasPrefix("."), let base = server.workingFolder else { return path }
    guard base == "." || base.hasPrefix("./") || base.hasPrefix("..") else {
      // Another folder than the file's: below the root, or below the home folder.
      let whole = absolute(base) + "/" + path
      guard whole.hasPrefix("/") || whole.hasPrefix("~") else { return path }
      return whole.hasPrefix("~") ? "~" + Self.joined(whole.dropFirst()) : Self.joined(whole[...])
    }
    return folder.map { Self.joined(($0 + "/" + base + "/" + path)[...]) } ?? path
  }

  /// Returns an absolute path without `.` and `..`.
  private static func joined(_ path: Substring) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// Returns a mount as an element of `volumes`; nil if it is left out, which its fate tells.
  mutating func volume(of place: Located<ForeignServer.Place>) -> Located<String>? {
    let from = place.value.isVolume ? place.value.source : absolute(place.value.source)
    if !place.value.isVolume, let exposure = HostExposure(of: from) {
      fates.append(
        Fate(
          key: Located(from, place.range), kind: .dropped,
          reason: "it is \(exposure.reason); an instance mounts it with 'unsafe: true'"))
      return nil
    }
    guard !from.contains("$") else {
      tellOpen(Located(place.value.target, place.range), Located(from, place.range))
      return nil
    }
    return volume(place, from: from)
  }

  /// Returns the place of a file in the container, as a path of the machine; nil if no mount has it.
  func machinePath(of path: String) -> String? {
    guard server.isContainer else { return path }
    for place in server.places where !place.value.isVolume {
      var target = place.value.target
      if target.hasSuffix("/") { target.removeLast() }
      guard path == target || path.hasPrefix(target + "/") else { continue }
      var from = absolute(place.value.source)
      if from.hasSuffix("/") { from.removeLast() }
      return from + path.dropFirst(target.utf8.count)
    }
    return nil
  }
}
