/// How a preparation step can run before its server, with a server of its own that ends with it.
///
/// Targets use it if a step cannot run beside the server.
package struct TemporaryServer: Sendable, Equatable {
  /// The shell command that starts the server and does not return.
  package let command: PlainText
  /// The shell command that succeeds when the server answers.
  package let ready: PlainText
  /// The variable with the server's address, for the server and for the step.
  package let address: EnvironmentVariable

  package init(command: PlainText, ready: PlainText, address: EnvironmentVariable) {
    self.command = command
    self.ready = ready
    self.address = address
  }
}
