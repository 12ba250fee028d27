import Deployments
import Host
import Models
import Profiles

/// Facts about a model from its files on this machine.
enum LocalModel {
  /// Reads the head of a GGUF file, or the small files of a folder; nil if there is neither.
  ///
  /// A file that cannot be read is not an error: the profile may be for another machine.
  static func known(_ path: HostPath) -> ModelFacts? {
    guard let place = path.absolute(home: Terminal.variable("HOME")), !isMissing(place) else {
      return nil
    }
    return ofFolder(place) ?? ofFile(place, path)
  }

  private static func ofFolder(_ folder: String) -> ModelFacts? {
    guard var facts = ModelFiles.facts(in: folder) else { return nil }
    // Weights in one file need no index.
    let whole = ["model.safetensors", "consolidated.safetensors"]
    guard whole.allSatisfy({ isMissing(folder + "/" + $0) }) else { return facts }
    let files = ModelFiles.index(in: folder)?.files ?? []
    facts.missingFiles = files.filter { isMissing(folder + "/" + $0) }
    return facts
  }

  private static func ofFile(_ place: String, _ path: HostPath) -> ModelFacts? {
    guard let header = ModelFiles.header(at: place) else { return nil }
    var facts = ModelFacts(header)
    let parts = SplitFile(path)?.parts ?? []
    facts.missingFiles = parts.filter { part in
      part.absolute(home: Terminal.variable("HOME")).map(isMissing) ?? false
    }.map(\.lastPart)
    return facts
  }

  /// Returns whether a file certainly does not exist; false if amm has no permission to check.
  private static func isMissing(_ path: String) -> Bool {
    do { return try Files.kind(of: path) == nil } catch { return false }
  }
}
