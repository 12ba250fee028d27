import CommandSupport
import Host

// `amm compare` passes its arguments to this program, so that amm itself does not contain the code
// that measures. The program starts itself again for work that needs limits.

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case Judge.matchWord: Judge.matchOnce()
case Judge.limitedWord: Judge.becomeLimited(arguments.dropFirst())
default:
  Terminal.takeSignalsAsErrors()
  CompareCommand.run()
}
