/// How a container runs: as a long-running server or as a task that ends.
package enum Lifecycle: Sendable, Equatable {
  /// A server.
  ///
  /// - start: When the server starts.
  /// - startBudget: The time limit for pulling the image and starting the container, in seconds.
  /// - grace: The time to finish open requests after a stop signal, in seconds.
  case server(start: Start, startBudget: Int, grace: Int)
  /// A task that runs once each time the server starts.
  case task

  /// Whether the container starts automatically.
  package var isAutomatic: Bool {
    if case .server(.boot, _, _) = self { true } else { false }
  }

  /// The time limit for pulling the image and starting a server, in seconds; nil for a task.
  package var startBudget: Int? {
    if case .server(_, let budget, _) = self { budget } else { nil }
  }

  /// The time that a server has to finish open requests after a stop signal, in seconds; nil for a
  /// task.
  package var grace: Int? {
    if case .server(_, _, let grace) = self { grace } else { nil }
  }

  /// How a server that starts on demand is reached, or nil if the container does not.
  package var activation: Activation? {
    if case .server(.onDemand(let activation), _, _) = self { activation } else { nil }
  }
}

/// When a server starts.
package enum Start: Sendable, Equatable {
  /// With the user's session.
  case boot
  /// When a user or a program starts it.
  case manual
  /// When a client connects to its port.
  case onDemand(Activation)
}

/// How a server that starts on demand is reached, and when it stops.
package struct Activation: Sendable, Equatable {
  /// The port of the loopback address that the server's own port is published on.
  ///
  /// The port for clients is held by whatever starts the server.
  package let backend: Port
  /// The time without an open connection after which the server stops, in seconds, or nil for
  /// never.
  package let idle: Int?

  package init(backend: Port, idle: Int?) {
    self.backend = backend
    self.idle = idle
  }
}
