import Deployments
import Host
import Models

/// What the files of a model on this machine say of it.
enum LocalModel {
  /// What stands before the vocabulary of a GGUF file fits in there many times.
  private static let headLimit = 1 << 20
  private static let configurationLimit = 1 << 20

  /// Reads the head of a GGUF file, or `config.json` of a folder; nil where there is neither.
  ///
  /// A file that cannot be read is no mistake of the profile: it may be for another machine.
  static func known(_ path: HostPath) -> ModelFacts? {
    guard let place = path.absolute(home: Terminal.variable("HOME")) else { return nil }
    if let text = try? Files.read(place + "/config.json", limit: configurationLimit) {
      return text.count <= configurationLimit ? ModelFacts(configuration: text) : nil
    }
    guard let head = try? Files.read(place, limit: headLimit),
      let header = try? GGUFHeader(head)
    else { return nil }
    return ModelFacts(header)
  }
}
