import Host
import Models

/// The files that a model consists of, read as far as they tell what it is.
///
/// One that cannot be read tells nothing.
enum ModelFiles {
  /// What stands before the vocabulary of a GGUF file fits in there many times.
  private static let headLimit = 1 << 20
  /// Small files of a folder are a few kilobytes.
  private static let fileLimit = 2 << 20
  /// An index of a large model has some megabytes.
  private static let indexLimit = 16 << 20

  /// The head of a GGUF file; nil for anything else.
  static func header(at path: String) -> GGUFHeader? {
    (try? Files.read(path, limit: headLimit)).flatMap { $0 }.flatMap { try? GGUFHeader($0) }
  }

  /// What a folder's small files say; nil for one without a `config.json` that can be read.
  static func facts(in folder: String) -> ModelFacts? {
    ModelFacts { name in small(folder + "/" + name) }
  }

  /// Which of a folder's files holds which tensor; nil where no index says it.
  static func index(in folder: String) -> SafetensorsIndex? {
    whole(folder + "/model.safetensors.index.json", indexLimit).flatMap(SafetensorsIndex.init)
  }

  /// A small file; nil where there is none, or it is longer than such files are.
  static func small(_ path: String) -> [UInt8]? { whole(path, fileLimit) }

  private static func whole(_ path: String, _ limit: Int) -> [UInt8]? {
    guard let text = try? Files.read(path, limit: limit), text.count <= limit else { return nil }
    return text
  }
}
