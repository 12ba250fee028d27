import Host
import Values

/// What this program tells the one that started it: a JSON object a line, on standard output.
enum Report {
  static func write(_ value: Value) { Terminal.write(JSON.line(value) + "\n", to: .output) }

  static func failure(_ key: String, _ error: WebError) {
    write(
      .set([
        "key": .text(key),
        "error": .set([
          "kind": .text(error.kind.rawValue), "message": .text(error.message),
          "help": error.help.map(Value.text),
        ]),
      ]))
  }
}

/// Tells how far something is, not more often than four times a second.
final class ProgressReport {
  private let key: String
  private let total: Int
  private var done = 0
  private var last = 0.0

  init(_ key: String, of total: Int) {
    self.key = key
    self.total = total
  }

  func add(_ count: Int) {
    done += count
    let now = Clock.monotonic()
    guard now - last > 0.25 || done == total else { return }
    last = now
    Report.write(.set(["key": .text(key), "bytes": .integer(done), "of": .integer(total)]))
  }
}
