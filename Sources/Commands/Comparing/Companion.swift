import Comparison
import Host
import Values

/// `amm-compare`, running: a program of its own, so that amm starts without what speaks HTTP.
final class Companion {
  private let process: PipedProcess
  private let endsOrphans: Bool

  /// - Parameter task: What is measured with it; where that runs commands on this machine, what they
  ///   left behind is ended in the end, even where it has ended `amm-compare` itself.
  init(for task: ModelTask? = nil) throws(HostError) {
    endsOrphans = task?.hostCommands.isEmpty == false
    if endsOrphans { Orphans.adopt() }
    process = try PipedProcess([try Self.program()])
  }

  deinit {
    process.closeInput()
    process.reap()
    if endsOrphans { Orphans.end() }
  }

  /// `amm-compare` in `$AMM_LIBEXEC`, beside amm, or in `libexec/amm` beside its folder.
  private static func program() throws(HostError) -> String {
    let name = "amm-compare"
    var places: [String] = []
    if let folder = Terminal.variable("AMM_LIBEXEC"), !folder.isEmpty { places.append(folder) }
    if let program = Files.program(), let slash = program.lastIndex(of: "/") {
      let folder = String(program[..<slash])
      places += [folder, folder + "/../libexec/amm"]
    }
    for place in places {
      if let found = Subprocess.find(place + "/" + name) { return found }
    }
    throw HostError(
      "run", name, reason: "it is in none of \(places.joined(separator: ", ")); set AMM_LIBEXEC")
  }

  /// Sends requests at once.
  ///
  /// - Returns: Their measurements, in the order in which they ended.
  func ask(_ requests: [Job.Request]) throws(HostError) -> [Measurement] {
    try send(.ask(requests))
    var measurements: [Measurement] = []
    while true {
      let json = try answer()
      if json["done"]?.boolean == true { return measurements }
      guard let measurement = Measurement(json) else { throw garbled }
      measurements.append(measurement)
    }
  }

  /// The answer to a job that has one.
  func ask(_ job: Job) throws(HostError) -> JSONValue {
    try send(job)
    return try answer()
  }

  private func send(_ job: Job) throws(HostError) {
    guard process.write(JSON.line(job.value) + "\n") else { throw ended }
  }

  private func answer() throws(HostError) -> JSONValue {
    guard let line = process.readLine() else { throw ended }
    guard let json = JSONValue(parsing: line) else { throw garbled }
    return json
  }

  private var ended: HostError {
    HostError("ask", "amm-compare", reason: "it ended with status \(process.reap())")
  }

  private var garbled: HostError {
    HostError(
      "ask", "amm-compare", reason: "it answers what is not understood; is it of this release?")
  }
}
