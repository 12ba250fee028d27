import Deployments
import Host

/// Follows a server until it answers.
struct HealthWait {
  enum Outcome {
    case healthy(seconds: Double)
    /// The unit failed or restarts again and again; what its journal ends with.
    case failed(String)
    case timedOut(String)
  }

  /// The service that systemd runs it as.
  let service: String
  let address: String
  let port: Int
  /// The path that answers once the model is loaded; nil where any answer is one.
  let path: String?

  /// - Parameter limit: Seconds.
  func run(limit: Double) -> Outcome {
    let start = Clock.monotonic()
    let restarts = property("NRestarts")
    let isTerminal = Terminal.isTerminal(.error)
    var told = ""
    while true {
      let elapsed = Clock.monotonic() - start
      if let status = HTTP.status(address: address, port: port, path: path ?? "/"),
        path == nil || (200..<300).contains(status)
      {
        if isTerminal { Terminal.write("\r\u{1B}[K", to: .error) }
        return .healthy(seconds: elapsed)
      }
      let state = property("ActiveState")
      if state == "failed" || property("NRestarts") != restarts {
        if isTerminal { Terminal.write("\r\u{1B}[K", to: .error) }
        return .failed(journal)
      }
      if elapsed > limit {
        if isTerminal { Terminal.write("\r\u{1B}[K", to: .error) }
        return .timedOut(journal)
      }
      let phase = state == "activating" ? "fetching the image" : "loading the model"
      if isTerminal {
        Terminal.write("\r\u{1B}[K\(service): \(phase), \(Int(elapsed)) s", to: .error)
      } else if phase != told {
        Console.say("\(service): \(phase)")
        told = phase
      }
      Clock.sleep(seconds: elapsed < 5 ? 0.1 : 0.5)
    }
  }

  private func property(_ name: String) -> String {
    let result = try? Subprocess.capture(
      ["systemctl", "--user", "show", "-P", name, service])
    return result?.output.split(separator: "\n").first.map(String.init) ?? ""
  }

  private var journal: String { Services.journal(of: service) }
}
