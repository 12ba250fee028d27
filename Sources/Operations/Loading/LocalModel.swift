import Deployments
import Host
import Models
import Profiles

/// What the files of a model on this machine say of it.
enum LocalModel {
  /// What stands before the vocabulary of a GGUF file fits in there many times.
  private static let headLimit = 1 << 20
  /// Small files of a folder are a few kilobytes.
  private static let fileLimit = 2 << 20
  /// An index of a large model has some megabytes.
  private static let indexLimit = 16 << 20

  /// Reads the head of a GGUF file, or the small files of a folder; nil where there is neither.
  ///
  /// A file that cannot be read is no mistake of the profile: it may be for another machine.
  static func known(_ path: HostPath) -> ModelFacts? {
    guard let place = path.absolute(home: Terminal.variable("HOME")) else { return nil }
    return ofFolder(place) ?? ofFile(place, path)
  }

  private static func ofFolder(_ folder: String) -> ModelFacts? {
    guard let text = small(folder + "/config.json"), var facts = ModelFacts(configuration: text)
    else { return nil }
    if let modules = small(folder + "/modules.json"), Pooling.isEmbedding(modules: modules) {
      facts.pooling = small(folder + "/1_Pooling/config.json").flatMap(Pooling.mode) ?? "other"
    }
    if facts.quantization == nil { facts.quantization = olderFormat(folder) }
    // Weights in one file need no index.
    let whole = ["model.safetensors", "consolidated.safetensors"]
    guard whole.allSatisfy({ isMissing(folder + "/" + $0) }) else { return facts }
    let index = small(folder + "/model.safetensors.index.json", indexLimit)
      .flatMap(SafetensorsIndex.init)
    facts.missingFiles = (index?.files ?? []).filter { isMissing(folder + "/" + $0) }
    return facts
  }

  /// Files that older programs wrote beside `config.json` (AutoGPTQ and AutoAWQ).
  private static func olderFormat(_ folder: String) -> WeightFormat? {
    for (file, method) in [("quantize_config.json", "gptq"), ("quant_config.json", "awq")]
    where small(folder + "/" + file) != nil {
      return WeightFormat(method: method)
    }
    return nil
  }

  private static func ofFile(_ place: String, _ path: HostPath) -> ModelFacts? {
    guard let head = try? Files.read(place, limit: headLimit), let header = try? GGUFHeader(head)
    else { return nil }
    var facts = ModelFacts(header)
    let parts = SplitFile(path)?.parts ?? []
    facts.missingFiles = parts.filter { part in
      part.absolute(home: Terminal.variable("HOME")).map(isMissing) ?? false
    }.map(\.lastPart)
    return facts
  }

  /// A whole file; nil where there is none, or it is longer than such files are.
  private static func small(_ path: String, _ limit: Int = fileLimit) -> [UInt8]? {
    guard let text = try? Files.read(path, limit: limit), text.count <= limit else { return nil }
    return text
  }

  /// Whether there is certainly no such file: one that may not be looked at may be there.
  private static func isMissing(_ path: String) -> Bool {
    do { return try Files.kind(of: path) == nil } catch { return false }
  }
}
