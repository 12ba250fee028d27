/// What a server is busy with between its start and its first answer.
package enum ServerPhase: String, Sendable, CaseIterable {
  case pullingImage = "pulling the image"
  case starting = "starting"
  case downloading = "downloading the model"
  case loading = "loading the model"
  case warmingUp = "warming up"
}

/// What lines of a server's own log mean.
package struct ServerLog: Sendable, Equatable {
  /// A failure that a server's last words tell.
  package struct Cause: Sendable, Equatable {
    /// Words of the log, in lower case.
    package let words: [String]
    /// What they most likely mean, and what helps.
    package let sentence: String

    package init(_ words: [String], _ sentence: String) {
      self.words = words
      self.sentence = sentence
    }
  }

  /// Words by the phase that they tell, in lower case.
  let phases: [ServerPhase: [String]]
  /// The more particular ones first.
  package let causes: [Cause]
  /// What an end with an exit status means.
  let exits: [Int: String]

  /// The lines that tell each phase, those that tell causes of failure, and what exit statuses mean.
  package init(
    _ phases: [ServerPhase: [String]] = [:], causes: [Cause] = [], exits: [Int: String] = [:]
  ) {
    self.phases = phases
    self.causes = causes
    self.exits = exits
  }

  /// The words of this log and of another; this one's exit statuses win.
  package func joined(with other: ServerLog) -> ServerLog {
    ServerLog(
      phases.merging(other.phases) { $0 + $1 }, causes: causes + other.causes,
      exits: exits.merging(other.exits) { own, _ in own })
  }

  /// What an end with an exit status means; nil where it says nothing.
  package func meaning(ofExit status: Int) -> String? { exits[status] }

  /// What the newest telling line of a journal says; nil where none does.
  package func phase(in journal: String) -> ServerPhase? {
    // The most advanced first: its words are the most particular.
    let order = ServerPhase.allCases.reversed()
    for line in journal.lowercased().split(separator: "\n").reversed() {
      for phase in order where phases[phase, default: []].contains(where: line.contains) {
        return phase
      }
    }
    return nil
  }

  /// What the last words of a server most likely mean; nil where they say nothing known.
  package func cause(of journal: String) -> String? {
    let text = journal.lowercased()
    return causes.first { $0.words.contains { text.contains($0) } }?.sentence
  }
}
