import Host
import Values

/// The output to the program that started this one: one JSON object per line on standard output.
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

/// Reports progress, at most four times per second.
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
