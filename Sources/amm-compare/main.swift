import Comparison
import Host
import Values

// The program that `amm compare` starts: jobs come as lines of JSON on standard input, and what came
// of them goes as lines of JSON to standard output.

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "match": Judge.matchOnce()
case "limited": Judge.becomeLimited(arguments.dropFirst())
case nil: Server.run()
default:
  Terminal.write(
    "amm-compare is started by 'amm compare'; see 'amm compare --help'\n", to: .error)
}

/// Does what it is told until there is nothing more.
enum Server {
  static func run() {
    guard let client = Client() else { return }
    while let line = readLine() {
      guard let json = JSONValue(parsing: line), let job = Job(json) else {
        say(.set(["problem": "this is no job"]))
        continue
      }
      switch job {
      case .ask(let requests):
        client.ask(requests) { say($0.value) }
        say(Job.done)
      case .match(let pattern, let answer): say(Judge.match(pattern, answer))
      case .command(let command, let input): say(Judge.run(command, input))
      case .get(let url): say(client.get(url))
      }
    }
  }

  private static func say(_ value: Value) {
    Terminal.write(JSON.line(value) + "\n", to: .output)
  }
}
