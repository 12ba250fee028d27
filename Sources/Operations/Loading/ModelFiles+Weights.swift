import Deployments
import Host
import Models
import Profiles

/// The sizes of weights, which require more of the files' heads than the model's facts.
extension ModelFiles {
  /// The bytes of a head: large vocabularies and many tensors take some ten megabytes each.
  private static let wholeHeadLimit = 32 << 20

  /// Returns the sizes of a folder's safetensors; nil if there are none, or one cannot be read.
  static func weights(ofFolder folder: String) -> WeightSizes? {
    let names =
      index(in: folder)?.files
      ?? (try? Files.names(in: folder))?.filter {
        $0.hasSuffix(".safetensors") && !$0.hasPrefix("adapter_") && !$0.hasPrefix("consolidated")
      }.sorted() ?? []
    var headers: [SafetensorsHeader] = []
    for name in names {
      guard let header = safetensors(folder + "/" + name) else { return nil }
      headers.append(header)
    }
    return WeightSizes(headers)
  }

  /// Returns the sizes of a GGUF file and its further parts; nil if one of them cannot be read.
  static func weights(ofGGUF path: String) -> WeightSizes? {
    let parts = HostPath(path).flatMap(SplitFile.init)?.parts.map(\.text) ?? [path]
    var headers: [GGUFHeader] = []
    for part in parts {
      guard let header = wholeHeader(at: part) else { return nil }
      headers.append(header)
    }
    return WeightSizes(headers)
  }

  /// Returns the head of a GGUF file with its tensors; nil for other files.
  static func wholeHeader(at path: String) -> GGUFHeader? {
    var size = 1 << 20
    while size <= wholeHeadLimit {
      guard let bytes = try? Files.read(path, limit: size), let header = try? GGUFHeader(bytes)
      else { return nil }
      if header.isWhole || bytes.count < size { return header.isWhole ? header : nil }
      size *= 4
    }
    return nil
  }

  private static func safetensors(_ path: String) -> SafetensorsHeader? {
    var size = 1 << 16
    while true {
      guard let bytes = try? Files.read(path, limit: size) else { return nil }
      do throws(SafetensorsHeader.Problem) {
        return try SafetensorsHeader(bytes)
      } catch {
        guard case .cutOff(let wanted) = error, wanted > size, wanted <= wholeHeadLimit else {
          return nil
        }
        size = wanted
      }
    }
  }
}
