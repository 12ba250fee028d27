import ArgumentParser
import CommandSupport
import Diagnostics
import Locks
import Operations
import Reports
import Values

struct Lock: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Pin the models and images of a workspace to commits and digests.",
    discussion: """
      Writes 'models.lock.json' beside instances.yaml: for each model the commit, its files with their \
      SHA-256, what they say of the model, its licence and whether it is gated; for each image the digest. \
      Units then pin both, checks know each model, and nothing moves until 'amm lock --update'.

      It covers every profile of the workspace; one that cannot be had and that no instance serves is \
      a warning. llama.cpp and Ollama cannot be told a commit, and load what a name means: 'amm status' \
      looks what llama.cpp loaded. HF_ENDPOINT names another hub, https_proxy a proxy, and the token is \
      read from where 'hf auth login' keeps it. Without the file, everything works by names.

      Examples:
        amm lock                                 what is missing, and nothing else
        amm lock --update                        everything, as it is today
        amm lock --update coding/deepseek-coder  one profile's model and image
        amm lock --check                         what moved, and whether the lock is right
        amm lock --check --offline               without asking anybody, as in CI
        amm lock --verify                        whether the files on the disk are the locked ones
      """)

  @ArgumentParser.Argument(
    help: "Profiles and instances; without any, the whole workspace.",
    completion: Completion.profilesAndInstances)
  var names: [String] = []

  @Flag(help: "Ask for all of them anew, and not for those alone that are missing.")
  var update = false

  @Flag(help: "Change nothing: say what is missing, wrong or has moved.")
  var check = false

  @Flag(help: "With '--check': ask nobody.")
  var offline = false

  @Flag(help: "Change nothing: compare the models' files on this machine with the lock.")
  var verify = false

  @Flag(help: "Print what came out as JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    let modes = [update, check, verify].count { $0 }
    guard modes <= 1 else {
      throw ValidationError("Only one of '--update', '--check' and '--verify' can be meant.")
    }
    if offline, !check { throw ValidationError("'--offline' goes with '--check'.") }
    if (check || verify) && !names.isEmpty {
      throw ValidationError("'--check' and '--verify' look at the whole lock.")
    }
  }

  func run() throws {
    try attempt {
      let folder = try check || verify ? workspace.open() : workspace.openToChange()
      try requireWorkspace(folder)
      let lock = try WorkspaceLock(folder, for: names, replacingDamaged: update && names.isEmpty)
      let isRight = try check ? checkAll(lock) : verify ? verifyAll(lock) : updateAll(lock)
      if !isRight || !lock.isComplete { throw ExitStatus.invalid }
    }
  }

  // MARK: Writing

  private func updateAll(_ lock: WorkspaceLock) throws -> Bool {
    var rows: [Value] = []
    var kinds: Set<String> = []
    try lock.update(askingAgain: update) { key, change in
      if case .failed(let failure) = change {
        // What no instance serves can wait.
        if lock.isNeeded(key) { kinds.insert(failure.kind) }
        if !json {
          let text = "\(key): \(failure.message)"
          if lock.isNeeded(key) {
            Console.fail(text, help: failure.help)
          } else {
            Console.warn("\(text); no instance serves it", help: failure.help)
          }
        }
      } else if !json {
        Console.print("\(key): \(change.sentence)")
      }
      rows.append(change.value(of: key))
    }
    if json { Console.write(Shown(json: .document(["entries": .list(rows)]))) }
    if rows.isEmpty, !json { Console.print("\(lock.wanted.count) entries, all there") }
    // The machine, or the way to the hub, and not the workspace.
    if !kinds.isEmpty, kinds.isSubset(of: ["unreachable", "busy", "disk"]) {
      throw ExitStatus.refused
    }
    return kinds.isEmpty
  }

  // MARK: Looking

  private func checkAll(_ lock: WorkspaceLock) throws -> Bool {
    var findings = try lock.checked()
    var isSeen = true
    if !offline, lock.exists { isSeen = try lock.compared { findings.append($0) } }
    if json {
      let rows = findings.map { finding in
        Value.set([
          "key": finding.key.map(Value.text), "message": .text(finding.message),
          "wrong": .boolean(finding.isWrong),
        ])
      }
      Console.write(Shown(json: .document(["findings": .list(rows)])))
    } else {
      for finding in findings {
        let line = "\(finding.key ?? ModelLock.fileName): \(finding.message)"
        if finding.isWrong { Console.fail(line) } else { Console.print("\(line)") }
      }
      if findings.isEmpty {
        let how = offline ? "complete, nobody was asked" : "complete, and as the hub has it"
        Console.print("\(lock.keys.count) entries: \(how)")
      } else if findings.contains(where: { $0.message.hasPrefix("has moved") }) {
        Console.print("'amm lock --update' takes over what has moved")
      }
    }
    if !isSeen, !findings.contains(where: \.isWrong) { throw ExitStatus.refused }
    return !findings.contains(where: \.isWrong)
  }

  private func verifyAll(_ lock: WorkspaceLock) throws -> Bool {
    guard lock.exists else {
      Console.fail("there is no lock to compare with", help: "'amm lock' writes it")
      return false
    }
    let result = try lock.verified()
    if json {
      let rows = result.findings.map { finding in
        Value.set([
          "key": .text(finding.key), "file": finding.file.map(Value.text),
          "problem": .text(finding.problem),
        ])
      }
      Console.write(
        Shown(
          json: .set([
            "verified": .texts(result.verified), "absent": .texts(result.absent),
            "findings": .list(rows),
          ])))
    } else {
      for finding in result.findings {
        let place = finding.file.map { "'\($0)' " } ?? ""
        Console.fail(
          "\(finding.key): \(place)\(finding.problem)",
          help: finding.problem == "has different content"
            ? "remove the file; the next 'amm switch' or 'amm up' fetches it again" : nil)
      }
      for key in result.verified { Console.print("\(key): as the lock says") }
      for key in result.absent { Console.print("\(key): not on this machine") }
    }
    return result.findings.isEmpty
  }
}

extension WorkspaceLock.Change {
  /// What became of an entry, in words that follow its key.
  fileprivate var sentence: String {
    switch self {
    case .added(.model(let model)):
      var parts = ["commit \(model.commit.prefix(12))", Phrase.count(model.files.count, "file")]
      if let bytes = model.size { parts.append("\(max(1, bytes >> 20)) MiB") }
      if let license = model.license { parts.append("licence \(license)") }
      if model.gating != .open { parts.append("gated") }
      if model.hasUnreadWeights { parts.append("what its weights hold could not be read") }
      return "locked: " + parts.joined(separator: ", ")
    case .added(.image(let image)):
      return "locked: digest \(image.digest.dropFirst(7).prefix(12)), "
        + Phrase.count(max(1, image.platforms.count), "platform")
    case .moved(let sentences): return sentences.joined(separator: "; ")
    case .same: return "as before"
    case .removed: return "removed; nothing needs it"
    case .failed(let failure): return failure.message
    }
  }

  fileprivate func value(of key: String) -> Value {
    let word =
      switch self {
      case .added: "added"
      case .moved: "moved"
      case .same: "same"
      case .removed: "removed"
      case .failed: "failed"
      }
    var failure: Fetcher.Failure?
    if case .failed(let found) = self { failure = found }
    return .set([
      "key": .text(key), "change": .text(word), "message": .text(sentence),
      "kind": failure.map { .text($0.kind) }, "help": failure?.help.map(Value.text),
    ])
  }
}
