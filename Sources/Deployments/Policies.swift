/// When a container that ended is started again.
package struct RestartPolicy: Sendable, Equatable {
  /// Which ends count as failures.
  package enum Condition: Sendable {
    /// An exit status other than 0, a signal, or a start that took too long.
    case onFailure
    /// Every end that nobody asked for: a server that ends has failed, whatever its exit status.
    case always
  }

  /// How often it is started before it is given up.
  package struct Limit: Sendable, Equatable {
    /// From 1.
    package let attempts: Int
    /// Seconds in which the attempts are counted.
    package let window: Int

    package init(attempts: Int, within window: Int) {
      self.attempts = attempts
      self.window = window
    }
  }

  /// Which ends count.
  package let condition: Condition
  /// Seconds from a failure to the next start.
  package let delay: Int
  /// Nil for no limit.
  package let limit: Limit?

  package init(_ condition: Condition, after delay: Int, limit: Limit? = nil) {
    self.condition = condition
    self.delay = delay
    self.limit = limit
  }
}

/// How it is found out that a server answers.
package struct HealthCheck: Sendable, Equatable {
  /// What is asked.
  package enum Probe: Sendable, Equatable {
    /// A path of the server's port that answers with a status below 400, and a command in the image
    /// that asks for it, for engines that can only run one.
    case http(path: String, command: PlainText)
    /// A command line for the container's shell.
    case command(PlainText)

    /// The command line that asks.
    package var command: PlainText {
      switch self {
      case .http(_, let command), .command(let command): command
      }
    }
  }

  /// What happens to a server that loaded its model and answers no more.
  package enum Consequence: String, Sendable, CaseIterable { case nothing, restart }

  /// What is asked.
  package let probe: Probe
  /// Seconds between two checks.
  package let interval: Int
  /// Seconds between two checks while the model is being loaded.
  package let loadingInterval: Int
  /// Seconds for one check.
  package let timeout: Int
  /// How many checks in a row must fail.
  package let retries: Int
  /// Seconds from the start in which failures do not count: the model is being loaded.
  package let startPeriod: Int
  /// What follows when it fails after that.
  package var consequence = Consequence.nothing

  package init(
    _ probe: Probe, interval: Int = 30, loadingInterval: Int = 10, timeout: Int = 10,
    retries: Int = 3, startPeriod: Int
  ) {
    self.probe = probe
    self.interval = interval
    self.loadingInterval = loadingInterval
    self.timeout = timeout
    self.retries = retries
    self.startPeriod = startPeriod
  }
}

/// What a container's processes may do.
package struct Security: Sendable, Equatable {
  /// The rights of root that its processes have.
  package enum Capabilities: Sendable { case none, ofEngine }
  /// Whether the kernel's labels (SELinux) keep it from what is not its own.
  package enum Labels: Sendable { case confined, unconfined }
  /// The groups that its processes are in, besides those of the image's user.
  package enum Groups: Sendable {
    case ofImage
    /// Those of the user who runs it, too: device files may belong to them.
    case ofUser
  }

  /// Which capabilities it keeps.
  package var capabilities = Capabilities.none
  /// Whether a program may have more rights than the one that started it.
  package var gainsPrivileges = false
  /// Whether it is confined by security labels.
  package var labels = Labels.confined
  /// Which groups its processes have.
  package var groups = Groups.ofImage
  /// Whom its processes run as; nil for the image's own user.
  package var user: ContainerUser?
  /// Whether nothing but mounts and temporary folders can be written.
  package var isReadOnly = false

  package init() {}
}
