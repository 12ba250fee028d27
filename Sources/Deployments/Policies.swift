/// When a container is started again after it exits.
package struct RestartPolicy: Sendable, Equatable {
  /// The exits that trigger a restart.
  package enum Condition: Sendable {
    /// An exit status other than 0, a signal, or a start that took too long.
    case onFailure
    /// Every exit that was not requested: a server that exits has failed, whatever its exit status.
    case always
  }

  /// How often the container is started before systemd gives up.
  package struct Limit: Sendable, Equatable {
    /// The number of starts, at least 1.
    package let attempts: Int
    /// The period in which starts are counted, in seconds.
    package let window: Int

    package init(attempts: Int, within window: Int) {
      self.attempts = attempts
      self.window = window
    }
  }

  /// The exits that trigger a restart.
  package let condition: Condition
  /// The delay between a failure and the next start, in seconds.
  package let delay: Int
  /// The limit on starts, or nil for no limit.
  package let limit: Limit?

  package init(_ condition: Condition, after delay: Int, limit: Limit? = nil) {
    self.condition = condition
    self.delay = delay
    self.limit = limit
  }
}

/// How to check that a server responds.
package struct HealthCheck: Sendable, Equatable {
  /// The request or command.
  package enum Probe: Sendable, Equatable {
    /// A path on the server's port that returns a status below 400, and a command in the image that
    /// requests it, for engines that can only run commands.
    case http(path: String, command: PlainText)
    /// A command line for the container's shell.
    case command(PlainText)

    /// The command line of the check.
    package var command: PlainText {
      switch self {
      case .http(_, let command), .command(let command): command
      }
    }
  }

  /// What happens to a server that loaded its model and no longer responds.
  package enum Consequence: String, Sendable, CaseIterable { case nothing, restart }

  /// The request or command.
  package let probe: Probe
  /// The time between two checks, in seconds.
  package let interval: Int
  /// The time between two checks while the model loads, in seconds.
  package var loadingInterval: Int
  /// The time limit for one check, in seconds.
  package let timeout: Int
  /// The number of consecutive failures that make a server unhealthy.
  package let retries: Int
  /// The period after the start in which failures are ignored because the model is loading, in
  /// seconds.
  package let startPeriod: Int
  /// What happens when the check fails after that period.
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

/// The permissions of a container's processes.
package struct Security: Sendable, Equatable {
  /// The Linux capabilities that its processes have.
  package enum Capabilities: Sendable { case none, ofEngine }
  /// Whether SELinux labels confine the container to its own files.
  package enum Labels: Sendable { case confined, unconfined }
  /// The groups of the container's processes.
  package enum Groups: Sendable {
    case ofImage
    /// Also the groups of the user who runs the container, because device files may belong to them.
    case ofUser
  }

  /// The capabilities that the container keeps.
  package var capabilities = Capabilities.none
  /// Whether a program may gain more privileges than its parent process.
  package var gainsPrivileges = false
  /// Whether SELinux labels confine the container.
  package var labels = Labels.confined
  /// The groups of the container's processes.
  package var groups = Groups.ofImage
  /// The user that the processes run as, or nil for the image's user.
  package var user: ContainerUser?
  /// Whether the root file system is read-only, so that only mounts and temporary folders are
  /// writable.
  package var isReadOnly = false

  package init() {}
}
