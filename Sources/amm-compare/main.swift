import CommandSupport
import Host

// `amm compare` hands its words on to this program, so that amm itself is without what measures. The
// program starts itself again for what needs limits of its own.

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case Judge.matchWord: Judge.matchOnce()
case Judge.limitedWord: Judge.becomeLimited(arguments.dropFirst())
default:
  Terminal.takeSignalsAsErrors()
  CompareCommand.run()
}
