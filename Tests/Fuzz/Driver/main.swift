import CFuzzer
import FuzzTargets
import Glibc

/// The first argument names the target; all others are libFuzzer's.
var arguments = CommandLine.arguments
guard arguments.count > 1, let target = FuzzTarget(rawValue: arguments.remove(at: 1)) else {
  fatalError("usage: Fuzz \(FuzzTarget.allCases.map(\.rawValue).joined(separator: "|")) [option…]")
}
FuzzTarget.chosen = target

var count = Int32(arguments.count)
var words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = .allocate(capacity: Int(count) + 1)
for (index, argument) in arguments.enumerated() { words?[index] = strdup(argument) }
words?[Int(count)] = nil
exit(
  LLVMFuzzerRunDriver(&count, &words) { bytes, size in
    FuzzTarget.chosen.run(Array(UnsafeBufferPointer(start: bytes, count: size)))
    return 0
  })
