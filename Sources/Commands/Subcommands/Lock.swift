import ArgumentParser
import CommandSupport
import Operations
import Reports
import Values

struct Lock: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Pin the models and images of a workspace to commits and digests.",
    discussion: """
      Writes 'models.lock.json' next to instances.yaml. For each model, it contains the commit, the \
      files with their SHA-256, facts about the model, the licence, and whether it is gated; for \
      each image, the digest. Units then use these commits and digests, and amm knows each model \
      when it checks profiles. Nothing changes until 'amm lock --update'. Without the file, models \
      and images are used by name.

      The lock covers every profile of the workspace. If a model or image is not available and no \
      instance serves it, amm prints a warning. llama.cpp and Ollama do not accept a commit and load \
      the current version; 'amm status' checks what llama.cpp loaded. HF_ENDPOINT sets another hub, \
      https_proxy a proxy. amm reads the token that 'hf auth login' stored.

      Examples:
        amm lock                                 add only what is missing
        amm lock --update                        update everything
        amm lock --update coding/deepseek-coder  update one profile's model and image
        amm lock --check                         show what has moved
        amm lock --check --offline               check without the network, in CI
        amm lock --verify                        compare the local files with it
      """)

  @ArgumentParser.Argument(
    help: "Profiles and instances; by default the entire workspace.",
    completion: Completion.profilesAndInstances)
  var names: [String] = []

  @Flag(help: "Look up all entries again, not only missing ones.")
  var update = false

  @Flag(help: "Change nothing; report what is missing, is wrong or has moved.")
  var check = false

  @Flag(help: "With '--check': do not use the network.")
  var offline = false

  @Flag(help: "Change nothing; compare the model files on this machine with the lock.")
  var verify = false

  @Flag(help: "Print the result as JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    let modes = [update, check, verify].count { $0 }
    guard modes <= 1 else {
      throw ValidationError("Use only one of '--update', '--check' and '--verify'.")
    }
    if offline, !check { throw ValidationError("'--offline' requires '--check'.") }
    if (check || verify) && !names.isEmpty {
      throw ValidationError(
        "'--check' and '--verify' check the entire lock and do not accept names.")
    }
  }

  func run() throws {
    try attempt {
      let folder = try check || verify ? workspace.open() : workspace.openToChange()
      try folder.requireWorkspace()
      let lock = try WorkspaceLock(folder, for: names, replacingDamaged: update && names.isEmpty)
      let isRight = try check ? checkAll(lock) : verify ? verifyAll(lock) : updateAll(lock)
      if !isRight || !lock.isComplete { throw ExitStatus.invalid }
    }
  }

  private func updateAll(_ lock: WorkspaceLock) throws -> Bool {
    var rows: [Value] = []
    var failures: [Fetcher.Failure] = []
    try lock.update(askingAgain: update) { key, change in
      // A failure for a profile that no instance serves is only a warning.
      if case .failed(let failure) = change, lock.isNeeded(key) { failures.append(failure) }
      if !json { tell(lock.events(of: key, change)) }
      rows.append(change.value(of: key))
    }
    if json { Console.write(Shown(json: .document(["entries": .list(rows)]))) }
    if rows.isEmpty, !json { tell([lock.nothingMissing]) }
    // These are failures of the machine or the network, not of the workspace.
    if !failures.isEmpty, failures.allSatisfy(\.isOfMachine) { throw ExitStatus.refused }
    return failures.isEmpty
  }

  private func checkAll(_ lock: WorkspaceLock) throws -> Bool {
    var findings = try lock.checked()
    var isSeen = true
    if !offline, lock.exists { isSeen = try lock.compared { findings.append($0) } }
    if json {
      Console.write(Shown(json: .document(["findings": .list(findings.map(\.value))])))
    } else {
      tell(lock.events(of: findings, isOffline: offline))
    }
    let isWrong = findings.contains(where: \.isWrong)
    if !isSeen, !isWrong { throw ExitStatus.refused }
    return !isWrong
  }

  private func verifyAll(_ lock: WorkspaceLock) throws -> Bool {
    guard lock.exists else {
      throw OperationError(
        .invalid, "there is no lock to compare with", help: "run 'amm lock'")
    }
    let result = try lock.verified()
    if json { Console.write(Shown(json: result.value)) } else { tell(result.events) }
    return result.findings.isEmpty
  }

  private func tell(_ events: [Event]) { events.forEach(Console.tell) }
}
