import ArgumentParser
import CommandSupport
import Diagnostics
import Operations
import Reference
import Reports
import Values

struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Explain a diagnostic and how to fix it.",
    discussion: """
      Examples:
        amm explain unknown-key
        amm explain --list
      """)

  @ArgumentParser.Argument(
    help: "The code in brackets at the end of a diagnostic.",
    completion: .list(RuleBook.all.map(\.code)))
  var code: String?

  @Flag(help: "List all codes with their summaries.")
  var list = false

  @Flag(help: "Print JSON.")
  var json = false

  @OptionGroup var color: ColorOption

  func validate() throws {
    guard (code == nil) == list else {
      throw ValidationError("Use either a code or '--list'.")
    }
  }

  func run() throws {
    guard let code else { return showAll() }
    // Also accept the code in brackets, as it is printed.
    let bare = code.filter { $0 != "[" && $0 != "]" }
    try attempt { try show(bare) }
  }

  private func show(_ code: String) throws {
    guard let rule = RuleBook.named(code) else {
      throw OperationError(
        .invalid, "there is no diagnostic '\(code)'",
        help: Suggestion.nearest(to: code, among: RuleBook.all.map(\.code))
          .map { "did you mean '\($0)'?" } ?? "'amm explain --list' lists all codes")
    }
    let text = rule.text
    // Longer lines are hard to read.
    let width = Console.columns.map { min($0, 100) }
    Console.write(
      json ? Shown(json: .document(rule.members)) : Shown(lines: text.filled(to: width)))
  }

  private func showAll() {
    guard !json else {
      return Console.write(
        Shown(json: .document(["rules": .list(RuleBook.all.map { .set($0.members) })])))
    }
    let style = Style.ofOutput
    var table = Table()
    for rule in RuleBook.all { table.add(rule.code, rule.summary) }
    for line in table.lines({ $0 == 0 ? style.bold($1) : $1 }) { Console.print(line) }
  }
}

extension Rule {
  fileprivate var members: [Value.Member] {
    let texts: KeyValuePairs<String, String?> = [
      "code": code, "severity": severity.rawValue, "summary": summary, "why": explanation?.why,
      "wrong": explanation?.wrong, "right": explanation?.right, "source": explanation?.source,
    ]
    return texts.compactMap { name, text in text.map { .init(name, .text($0)) } }
  }
}
