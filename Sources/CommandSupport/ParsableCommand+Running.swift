package import ArgumentParser
import Experiments
package import Host
package import Operations
import Reports

extension ParsableCommand {
  /// Runs a command's work and converts its errors into messages and exit statuses.
  package func attempt(_ work: () throws -> Void) throws {
    do {
      try work()
    } catch let error as HostError {
      Console.fail(error.message, help: error.help)
      throw ExitStatus.refused
    } catch let error as OperationError {
      if !error.message.isEmpty { Console.fail(error.message, help: error.help) }
      throw ExitCode(error.kind)
    } catch let damage as ExperimentStore.Damage {
      Console.report(damage.diagnostics)
      Console.fail(damage.message, help: damage.help)
      throw ExitStatus.invalid
    }
  }

  /// Writes a page to the path that the user typed; replaces the file atomically.
  package func write(_ page: String, to path: String) throws(HostError) {
    guard let place = try OutputPlace.typed(path, makingParents: false) else {
      throw HostError("write", path, reason: "the folder does not exist")
    }
    if try place.parent.kind(of: place.name) == .folder {
      let file = (path.hasSuffix("/") ? path : path + "/") + "page.html"
      throw HostError("write", path, reason: "it is a folder; name a file in it, such as '\(file)'")
    }
    let start = Array("<!DOCTYPE html>".utf8)
    let old: [UInt8]?
    do throws(HostError) {
      old = try Files.read(path, limit: start.count)
    } catch {
      throw HostError("write", path, reason: error.reason)
    }
    if let old, !old.starts(with: start) {
      throw HostError("write", path, reason: "the file exists and is not a page")
    }
    try place.write(page, .made(in: place.parent, on: .here))
    Console.say("\(path): written")
  }

  /// Ends the command with an error if a workspace was named that does not exist; without a name, the
  /// library is used.
  package func requireNamed(_ folder: WorkspaceFolder, _ option: WorkspaceOption) throws {
    let named = option.workspace ?? folder.machine.variable("AMM_WORKSPACE") ?? ""
    if !named.isEmpty { try folder.requireWorkspace() }
  }
}

extension ParsableCommand {
  /// Runs a command and ends the process.
  ///
  /// - Parameter arguments: The command line without the program's name; nil for the process's.
  package static func run(_ arguments: [String]? = nil) -> Never {
    var status = ExitCode.success
    do {
      var command = try parseAsRoot(arguments)
      try command.run()
    } catch {
      status = exitCode(for: error)
      show(fullMessage(for: error), status)
    }
    if let failure = Terminal.outputFailure {
      Console.fail(failure.message)
      status = ExitStatus.refused
    }
    exit(withError: status)
  }

  /// Prints what the parser reports: help on standard output, an error on standard error.
  ///
  /// The parser's own `main` ignores errors of writing, such as a full disk.
  private static func show(_ text: String, _ status: ExitCode) {
    guard !text.isEmpty else { return }
    guard status == .validationFailure else {
      return Console.write(
        Shown(lines: text) + "\n", to: status.isSuccess ? .output : .error)
    }
    Console.fail(UsageError(text))
  }
}
