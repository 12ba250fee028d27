/// A model of a server that has several.
package struct ModelOfServer: Sendable, Equatable {
  /// The name that clients use for it.
  package let name: String
  /// What it is used for.
  package let task: ServedTask
  /// The tokens of prompt and answer, or nil if that is not known.
  package let context: Int?

  package init(name: String, task: ServedTask, context: Int?) {
    self.name = name
    self.task = task
    self.context = context
  }
}

/// What a server does with the texts that it gets.
package enum ServedTask: String, Sendable, CaseIterable {
  /// It writes text.
  case chat
  /// It turns texts into vectors.
  case embed
  /// It ranks texts.
  case rank
}
