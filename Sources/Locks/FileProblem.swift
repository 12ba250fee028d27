/// The way in which a model's file on this machine differs from the lock.
///
/// `amm-fetch verify` writes the raw value, which follows the file's name in a sentence.
package enum FileProblem: String, Sendable {
  case missing = "is missing"
  case different = "has different content"
}
