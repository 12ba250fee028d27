import ArgumentParser
import CommandSupport
import Host

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
      let status = try Subprocess.accompany([try Self.program()] + words)
      guard status == 0 else { throw ExitCode(Int32(status)) }
    }
  }

  /// `amm-compare` in `$AMM_LIBEXEC`, beside amm, or in `libexec/amm` beside its folder.
  private static func program() throws(HostError) -> String {
    let name = "amm-compare"
    var places: [String] = []
    if let folder = Terminal.variable("AMM_LIBEXEC"), !folder.isEmpty { places.append(folder) }
    if let program = Files.program(), let slash = program.lastIndex(of: "/") {
      let folder = String(program[..<slash])
      places += [folder, folder + "/../libexec/amm"]
    }
    for place in places {
      if let found = Subprocess.find(place + "/" + name) { return found }
    }
    throw HostError(
      "run", name, reason: "it is in none of \(places.joined(separator: ", ")); set AMM_LIBEXEC")
  }
}
