import Deployments
import Host
import Models
import Profiles

/// Facts about a model from its files on this machine.
enum LocalModel {
  /// Reads the header of a GGUF file, or the small files and headers of a folder; nil if there is
  /// neither.
  ///
  /// A file that cannot be read is not an error: the profile may be for another machine.
  static func known(_ path: HostPath) -> ModelFacts? {
    guard let place = path.absolute(home: Terminal.variable("HOME")),
      !ModelFiles.isMissing(place)
    else {
      return nil
    }
    return ofFolder(place) ?? ModelFiles.facts(ofGGUF: place)
  }

  private static func ofFolder(_ folder: String) -> ModelFacts? {
    guard var facts = ModelFiles.facts(in: folder) else { return nil }
    facts.weights = ModelFiles.weights(ofFolder: folder)
    // Weights in one file need no index.
    let whole = ["model.safetensors", "consolidated.safetensors"]
    guard whole.allSatisfy({ ModelFiles.isMissing(folder + "/" + $0) }) else { return facts }
    let files = ModelFiles.index(in: folder)?.files ?? []
    facts.missingFiles = files.filter { ModelFiles.isMissing(folder + "/" + $0) }
    return facts
  }
}
