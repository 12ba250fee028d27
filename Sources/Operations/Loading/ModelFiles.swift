import Host
import Models

/// The files of a model, read only as far as needed to identify it.
///
/// Files that cannot be read are treated as missing.
enum ModelFiles {
  /// The maximum size of a small file of a folder; usually they have a few kilobytes.
  private static let fileLimit = 2 << 20
  /// The maximum size of an index; that of a large model has some megabytes.
  private static let indexLimit = 16 << 20

  /// Returns the facts in a folder's small files; nil without a readable `config.json`.
  static func facts(in folder: String) -> ModelFacts? {
    ModelFacts { name in small(folder + "/" + name) }
  }

  /// Returns the index of a folder, which maps tensors to files; nil if there is none.
  static func index(in folder: String) -> SafetensorsIndex? {
    whole(folder + "/model.safetensors.index.json", indexLimit).flatMap(SafetensorsIndex.init)
  }

  /// Returns a small file; nil if it does not exist or is too large.
  static func small(_ path: String) -> [UInt8]? { whole(path, fileLimit) }

  private static func whole(_ path: String, _ limit: Int) -> [UInt8]? {
    guard let text = try? Files.read(path, limit: limit), text.count <= limit else { return nil }
    return text
  }
}
