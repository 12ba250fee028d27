import Deployments
import Host
import Models
import Profiles

/// The sizes of weights, which require more of the files' heads than the model's facts.
extension ModelFiles {
  /// The bytes of a header: large vocabularies and many tensors take some ten megabytes each.
  private static let headerLimit = 32 << 20

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

  /// Returns the facts in a GGUF file with the sizes in all of its parts; nil for other files.
  static func facts(ofGGUF path: String) -> ModelFacts? {
    guard let named = header(at: path) else { return nil }
    var facts = ModelFacts(named)
    let parts = HostPath(path).flatMap(SplitFile.init)?.parts.map(\.text) ?? [path]
    var headers: [GGUFHeader] = []
    for part in parts {
      let name = String(part.split(separator: "/").last ?? "")
      guard let size = Files.size(of: part) else {
        if isMissing(part) { facts.missingFiles.append(name) }
        continue
      }
      guard let header = part == path ? named : header(at: part) else { continue }
      // A header that is too long to be read has more bytes than were read.
      let isCut = header.fileSize.map { $0 > size } ?? (!header.isWhole && size < headerLimit)
      if isCut { facts.cutFiles.append(name) }
      if header.isWhole { headers.append(header) }
    }
    if headers.count == parts.count { facts.weights = WeightSizes(headers) }
    return facts
  }

  /// Returns whether a file certainly does not exist; false if amm has no permission to check.
  static func isMissing(_ path: String) -> Bool {
    do { return try Files.kind(of: path) == nil } catch { return false }
  }

  /// Returns the header of a GGUF file, as far as it can be read; nil for other files.
  ///
  /// First without the vocabulary, which most files have at the end of their metadata.
  private static func header(at path: String) -> GGUFHeader? {
    var found: GGUFHeader?
    for size in [1 << 20, 8 << 20, headerLimit] {
      guard let bytes = try? Files.read(path, limit: size), let header = try? GGUFHeader(bytes)
      else { return found }
      if header.isWhole || bytes.count <= size { return header }
      found = header
    }
    return found
  }

  private static func safetensors(_ path: String) -> SafetensorsHeader? {
    var size = 1 << 16
    while true {
      guard let bytes = try? Files.read(path, limit: size) else { return nil }
      do throws(SafetensorsHeader.Problem) {
        return try SafetensorsHeader(bytes)
      } catch {
        guard case .cutOff(let wanted) = error, wanted > size, wanted <= headerLimit else {
          return nil
        }
        size = wanted
      }
    }
  }
}
