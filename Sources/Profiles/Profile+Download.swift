import Models
import Schema
import Text

/// The size of what a server downloads.
extension Profile {
  /// The least number of bytes that the weights of its model have on the hub; nil if neither amm's table nor
  /// the model's name shows the number of parameters.
  ///
  /// Without a known format, it is that of weights in three bits.
  package var leastDownload: Int? {
    guard case .huggingFace = model, !runtime.value.readsGGUF else { return nil }
    let known = PublicModel.named(model.text).flatMap { $0.isOfOtherFiles ? nil : $0.facts }
    guard let known, let parameters = known.parameters else {
      return Self.parameters(inName: model.text).map { Int($0 * 0.4) }
    }
    let isHalf = ["bfloat16", "float16"].contains(known.dataType)
    // The table can have a rounded number.
    return Int(Double(parameters) * (isHalf && known.quantization == nil ? 1.8 : 0.4))
  }

  /// Returns the number of parameters by a part of a repository's name such as `12B`; nil if it has none, or if
  /// the repository has only a part of a model.
  private static func parameters(inName id: String) -> Double? {
    let name = id.split(separator: "/").last?.lowercased() ?? ""
    let parts = name.split { "-_".contains($0) }
    let others = [
      "adapter", "bitnet", "draft", "dspark", "eagle", "gguf", "head", "lora", "medusa", "mtp",
      "speculator",
    ]
    guard !others.contains(where: name.contains), !name.contains("1bit"), !name.contains("2bit")
    else { return nil }
    return parts.lazy.compactMap { part -> Double? in
      guard part.hasSuffix("b"), part.utf8.first?.isASCIIDigit ?? false,
        let number = Double(part.dropLast()), (0.1...2000).contains(number)
      else { return nil }
      return number * 1e9
    }.first
  }
}
