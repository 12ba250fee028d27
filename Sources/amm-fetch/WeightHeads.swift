import Locks
import Models

/// Reads the headers of weights files by range requests: the sizes, and the metadata of GGUF files.
struct WeightHeads {
  let web: Web
  /// An existing file.
  struct File {
    /// The request for the file, including its authorization.
    let request: WebRequest
    /// The size in bytes.
    let size: Int
  }

  /// Bytes of the first request; most safetensors headers are smaller.
  private static let first = 1 << 18
  /// The largest header in bytes; GGUF headers with the largest vocabularies have about 10 MB.
  private static let limit = 32 << 20

  /// Reads the headers of all parts of a GGUF file; nil if they contain no facts.
  func facts(ofGGUF files: [File]) throws(WebError) -> ModelFacts? {
    var headers: [GGUFHeader] = []
    for file in files {
      var found: GGUFHeader?
      try read(file) { bytes in
        found = try? GGUFHeader(bytes)
        return found?.isWhole == false ? bytes.count * 2 : nil
      }
      guard let found else { break }
      headers.append(found)
    }
    var facts = ModelFacts(headers)
    facts?.weights = headers.count == files.count ? WeightSizes(headers) : nil
    return facts
  }

  /// Reads the sizes in the headers of safetensors files; nil without files, if a file is invalid,
  /// or if the server does not support range requests.
  func weights(ofSafetensors files: [File]) throws(WebError) -> WeightSizes? {
    var headers: [SafetensorsHeader] = []
    for file in files {
      var found: SafetensorsHeader?
      do throws(WebError) {
        try read(file) { bytes in
          do throws(SafetensorsHeader.Problem) {
            found = try SafetensorsHeader(bytes)
            return nil
          } catch {
            if case .cutOff(let wanted) = error { return wanted }
            return nil
          }
        }
      } catch  where error.kind == .wrong {
        return nil
      }
      guard let found else { return nil }
      headers.append(found)
    }
    return WeightSizes(headers)
  }

  /// Reads a file from its start until no more bytes are needed.
  ///
  /// - Parameter look: Receives all bytes read so far; returns how many are needed, nil for no
  ///   more.
  private func read(_ file: File, until look: ([UInt8]) -> Int?) throws(WebError) {
    var bytes: [UInt8] = []
    let most = min(file.size, Self.limit)
    var wanted: Int? = Self.first
    while let count = wanted, bytes.count < min(count, most) {
      var request = file.request
      request.start = bytes.count
      request.end = min(count, most)
      request.limit = min(count, most) - bytes.count
      let answer = try web.answer(request)
      try Web.require(answer, request.url)
      guard answer.body.count == request.limit else {
        throw WebError(
          .wrong, "\(request.url.prefix { $0 != "?" }) returns a different range than requested")
      }
      bytes += answer.body
      wanted = look(bytes)
    }
  }
}
