/// A phase of a server's startup.
package enum ServerPhase: String, Sendable, CaseIterable {
  case waitingForNetwork = "waiting for the machine's network"
  case pullingImage = "pulling the image"
  case starting = "starting"
  case downloading = "downloading the model"
  case loading = "loading the model"
  case warmingUp = "warming up"
}

/// The meaning of lines in a server's log.
package struct ServerLog: Sendable, Equatable {
  /// A cause of failure that the end of the log reveals.
  package struct Cause: Sendable, Equatable {
    /// Texts to search for in the log, in lower case.
    package let words: [String]
    /// The likely cause and a fix.
    package let sentence: String

    package init(_ words: [String], _ sentence: String) {
      self.words = words
      self.sentence = sentence
    }
  }

  /// The texts that indicate each phase, in lower case.
  let phases: [ServerPhase: [String]]
  /// The causes, the most specific first.
  package let causes: [Cause]
  /// The meaning of exit statuses.
  let exits: [Int: String]

  /// Creates a log description from the texts of each phase, the causes of failure, and the meaning
  /// of exit statuses.
  package init(
    _ phases: [ServerPhase: [String]] = [:], causes: [Cause] = [], exits: [Int: String] = [:]
  ) {
    self.phases = phases
    self.causes = causes
    self.exits = exits
  }

  /// Returns the descriptions of this log and of another.
  ///
  /// This log's exit statuses take precedence.
  package func joined(with other: ServerLog) -> ServerLog {
    ServerLog(
      phases.merging(other.phases) { $0 + $1 }, causes: causes + other.causes,
      exits: exits.merging(other.exits) { own, _ in own })
  }

  /// Returns the meaning of an exit status, or nil if it is not known.
  package func meaning(ofExit status: Int) -> String? { exits[status] }

  /// Returns the phase that the newest matching line of a journal indicates, or nil if no line
  /// matches.
  package func phase(in journal: String) -> ServerPhase? {
    // The latest phase first: its texts are the most specific.
    let order = ServerPhase.allCases.reversed()
    for line in journal.lowercased().split(separator: "\n").reversed() {
      for phase in order where phases[phase, default: []].contains(where: line.contains) {
        return phase
      }
    }
    return nil
  }

  /// Returns the likely cause of a failure from the end of a journal, or nil if no text matches.
  package func cause(of journal: String) -> String? {
    let text = journal.lowercased()
    return causes.first { $0.words.contains { text.contains($0) } }?.sentence
  }
}
