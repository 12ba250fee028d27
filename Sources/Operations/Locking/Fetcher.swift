import Diagnostics
package import Host
package import Locks
import Values

/// Runs `amm-fetch` and reads its output.
package struct Fetcher {
  private let machine: Machine
  private let program: String

  /// Finds the program.
  ///
  /// - Throws: If the program is not installed.
  package init(_ machine: Machine) throws(HostError) {
    self.machine = machine
    program = try machine.companion("amm-fetch")
  }

  /// Why something was not found, was refused or is not available.
  package struct Failure: Error, Sendable, Equatable {
    /// The kind of failure: `missing`, `refused`, `unreachable` and others.
    package let kind: String
    /// The failure in one line.
    package let message: String
    /// How to fix it; nil if unknown.
    package let help: String?

    /// Whether the machine or the network is the reason, and not the name of the model.
    package var isOfMachine: Bool { ["unreachable", "busy", "disk"].contains(kind) }
  }

  /// The maximum number of keys in one call, far below the limit of a command line.
  private static let most = 50

  /// Queries what names refer to now.
  ///
  /// - Parameters:
  ///   - keys: Models and images (`image:NAME:TAG`), by their keys in a lock.
  ///   - answered: Receives each answer as it arrives.
  package func describe(
    _ keys: [String],
    answered: (_ key: String, Result<ModelLock, Failure>) throws(HostError) -> Void
  ) throws(HostError) {
    var failure: HostError?
    for start in stride(from: 0, to: keys.count, by: Self.most) {
      var open = Array(keys[start..<min(start + Self.most, keys.count)])
      try run(["describe"] + open) { value in
        guard let key = value["key"]?.text, open.contains(key), failure == nil else { return }
        open.removeAll { $0 == key }
        do throws(HostError) {
          try answered(key, Self.result(value, of: key))
        } catch {
          failure = error
        }
      }
      if let failure { throw failure }
      for key in open { try answered(key, .failure(Self.silence(key))) }
    }
  }

  /// The failure for a key that the program did not report before it ended.
  private static func silence(_ key: String) -> Failure {
    Failure(
      kind: "unreachable", message: "amm-fetch ended before it finished \(key)",
      help: "try again; fetched data is kept")
  }

  private static func result(_ value: JSONValue, of key: String) -> Result<ModelLock, Failure> {
    if let failure = Self.failure(value) { return .failure(failure) }
    do throws(LockProblem) {
      guard let text = value["lock"] else { throw LockProblem([], "is missing") }
      let lock = try ModelLock(text)
      let bare = key.afterImage.map { "image:" + $0.prefix { $0 != "@" } } ?? key
      let isAnswer =
        lock.models.keys.map(\.key) + lock.images.keys.map { "image:" + $0 } == [bare]
      guard isAnswer else { throw LockProblem([], "is for another entry") }
      return .success(lock)
    } catch {
      let text = "the hub's answer for '\(key)' is not valid: it \(error.message)"
      return .failure(Failure(kind: "wrong", message: text, help: nil))
    }
  }

  private static func failure(_ value: JSONValue) -> Failure? {
    guard let error = value["error"] else { return nil }
    return Failure(
      kind: error["kind"]?.text ?? "wrong", message: error["message"]?.text ?? "the request failed",
      help: error["help"]?.text)
  }

  /// Fetches the files of models into a hub cache, and reports the progress.
  ///
  /// - Parameter lock: The path of the lock that lists them.
  /// - Throws: The first ``Failure``; fetched files are kept.
  package func fetch(_ keys: [String], by lock: String, into place: String) throws {
    var failures: [Failure] = []
    var open = Set(keys)
    try run(["files", "--lock", lock, "--into", place] + keys) { value in
      tellProgress(value)
      if let failure = Self.failure(value) { failures.append(failure) }
      if value["done"] == .boolean(true), let key = value["key"]?.text { open.remove(key) }
    }
    machine.tell(.phaseEnded)
    if let first = failures.first { throw first }
    // A missing report is not a success.
    if let key = open.sorted().first { throw Self.silence(key) }
  }

  /// A file that differs from the lock, or a model that could not be compared.
  package struct Finding: Sendable, Equatable {
    /// What is wrong.
    package enum Problem: Sendable, Equatable {
      case file(FileProblem)
      /// The comparison failed, for the reason in the text.
      case failure(String)
    }

    /// The model's key in the lock.
    package let key: String
    /// Its path in the repository; nil for the entire model.
    package let file: String?
    /// The problem.
    package let problem: Problem
  }

  /// Compares files of a hub cache with a lock.
  ///
  /// - Returns: The differences.
  package func verify(_ keys: [String], by lock: String, in place: String) throws -> [Finding] {
    var findings: [Finding] = []
    var open = Set(keys)
    try run(["verify", "--lock", lock, "--in", place] + keys) { value in
      tellProgress(value)
      guard let key = value["key"]?.text else { return }
      if value["done"] == .boolean(true) { open.remove(key) }
      if let failure = Self.failure(value) {
        findings.append(Finding(key: key, file: nil, problem: .failure(failure.message)))
      } else if let text = value["problem"]?.text {
        let problem = FileProblem(rawValue: text).map(Finding.Problem.file) ?? .failure(text)
        findings.append(Finding(key: key, file: value["file"]?.text, problem: problem))
      }
    }
    machine.tell(.phaseEnded)
    if findings.isEmpty, let key = open.sorted().first { throw Self.silence(key) }
    return findings
  }

  private func tellProgress(_ value: JSONValue) {
    guard let key = value["key"]?.text, let done = value["bytes"]?.wholeNumber,
      let total = value["of"]?.wholeNumber
    else { return }
    machine.tell(.progress(key, done: done, of: total))
  }

  private func run(_ words: [String], _ take: (JSONValue) -> Void) throws(HostError) {
    var hasAnswered = false
    var complaint = ""
    let result = try machine.perform([program] + words, nil) { stream, line in
      guard stream == .output, let value = JSONValue(parsing: line) else {
        if stream == .error, complaint.utf8.count < 4096 {
          complaint += String(decoding: line.prefix(1024), as: UTF8.self) + "\n"
        }
        return
      }
      hasAnswered = true
      take(value)
    }
    guard !hasAnswered, !result.isSuccess else { return }
    let reason = complaint.split(separator: "\n").first.map(String.init)
    throw HostError(
      "run", program, reason: reason ?? "it ended with exit status \(result.status)")
  }
}

extension Machine {
  /// Runs a program next to amm with amm's own input and output, and waits for it.
  ///
  /// - Returns: Its exit status; 128 plus the signal number if a signal ended it.
  package func accompany(_ name: String, with words: [String]) throws(HostError) -> Int {
    try Subprocess.accompany([companion(name)] + words)
  }

  /// Returns the path of a program next to amm: in `$AMM_LIBEXEC`, in amm's folder, or in
  /// `libexec/amm` next to it.
  package func companion(_ name: String) throws(HostError) -> String {
    var places: [String] = []
    if let folder = variable("AMM_LIBEXEC"), !folder.isEmpty { places.append(folder) }
    if let program = Files.program(), let slash = program.lastIndex(of: "/") {
      let folder = String(program[..<slash])
      places += [folder, folder + "/../libexec/amm"]
    }
    for place in places {
      if let found = find(place + "/" + name, nil) { return found }
    }
    throw HostError(
      "run", name, reason: "it is not in \(places.joined(separator: ", ")); set AMM_LIBEXEC")
  }
}
