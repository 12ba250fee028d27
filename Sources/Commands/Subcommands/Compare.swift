import ArgumentParser
import CommandSupport
import Operations

struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Measure one server, or compare two and show how certain the difference is.",
    discussion: """
      Sends the same requests to both servers in turn, ignores a warm-up, and reports times, rates, \
      failures and scores. Names a winner only if a 95 % interval supports it. While an experiment \
      is running, the results are recorded in it.

      Examples:
        amm compare main --task speed
        amm compare main --history 2 --task chat
        amm compare main second --task coding --html report.html
        amm compare main --task speed --json > monday.json
        amm compare --files monday.json friday.json
        amm compare --experiment 20251120_101500
        amm compare main --task coding --fail-below 0.8
        amm compare main --task lm-eval:humaneval
      """)

  @OptionGroup var options: CompareOptions

  /// Passes all arguments to `amm-compare`, which parses them again.
  func run() throws {
    try attempt {
      // Global options may precede the command.
      let words = try CommandWords(of: "amm", AMM.configuration.subcommands)
        .normalized(Array(CommandLine.arguments.dropFirst())).dropFirst()
      let status = try Machine.here.accompany("amm-compare", with: Array(words))
      guard status == 0 else { throw ExitCode(Int32(status)) }
    }
  }
}
