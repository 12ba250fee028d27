import ArgumentParser
import CommandSupport
import Diagnostics
import Operations
import Reports

struct TrustCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust",
    abstract: "Agree to the commands that a workspace would run on this machine.",
    discussion: """
      A workspace can define commands: 'apply.command', 'apply.arguments', and tasks that score \
      answers outside of a sandbox or replace a task that comes with amm. amm does not run them \
      before you agree. The agreement applies to this text in this folder: if the text changes, \
      amm asks again.

      Examples:
        amm trust --show
        amm trust
        amm trust --revoke
      """)

  @Flag(help: "Show what would run, without agreeing to it.")
  var show = false

  @Flag(help: "Withdraw the agreement.")
  var revoke = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var workspace: WorkspaceOption

  func validate() throws {
    guard !(show && revoke) else {
      throw ValidationError("'--show' cannot be combined with '--revoke'.")
    }
    guard !json || show else { throw ValidationError("'--json' requires '--show'.") }
  }

  func run() throws {
    try attempt {
      let folder = try workspace.open()
      try folder.requireWorkspace()
      let outcome = try WorkspaceLoader(folder).load()
      if outcome.value == nil { Console.report(outcome.diagnostics) }
      let parts = try Trust.parts(of: outcome.value, in: folder)
      let trust = try Trust(folder)
      if json { return Console.write(Shown(json: try trust.value(of: parts))) }
      for part in parts {
        let state: Shown
        if revoke {
          try trust.revoke(part)
          state = "no longer agreed to"
        } else if show {
          state = try trust.isTrusted(part) ? "agreed to" : "not agreed to"
        } else {
          try trust.grant(part)
          state = "agreed to"
        }
        Console.print("\(part.name): \(state); \(part.summary)")
        for line in part.shown { Console.print(line) }
      }
      if outcome.value == nil { throw ExitStatus.invalid }
      if parts.isEmpty {
        Console.print("the workspace '\(folder.shownPath)' has no commands to run")
      }
    }
  }
}
