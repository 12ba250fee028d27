import ArgumentParser
import CommandSupport
import Host
import Operations

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Measure one server, or two against each other, and say how sure the difference is.",
    discussion: """
      Asks both servers the same in turns, leaves a warm-up out, and tells times, rates, failures \
      and scores. Names a winner only where a 95 % interval says so. While an experiment is \
      active, what came out is recorded in it.

      Examples:
        amm compare tgi-primary tgi-secondary --task coding
        amm compare tgi-primary --history 2 --task chat
        amm compare tgi-primary tgi-secondary --html report.html
        amm compare tgi-primary --task speed --json > monday.json
        amm compare --files monday.json friday.json
        amm compare --experiment 20251120_101500
        amm compare tgi-primary --task coding --fail-below 0.8
        amm compare tgi-primary --task lm-eval:humaneval
      """)

  @OptionGroup var options: CompareOptions

  /// Hands all that was typed to `amm-compare`, which has it parsed again.
  func run() throws {
    try attempt {
      let words = CommandLine.arguments.drop { $0 != "compare" }.dropFirst()
      let program = try Machine.here.companion("amm-compare")
      let status = try Subprocess.accompany([program] + words)
      guard status == 0 else { throw ExitCode(Int32(status)) }
    }
  }
}
